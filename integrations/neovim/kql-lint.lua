-- kql-lint's language server in Neovim 0.8 or newer. Copy this file to ~/.config/nvim/plugin/kql-lint.lua.
vim.filetype.add({ extension = { kql = "kusto", csl = "kusto", kusto = "kusto" } })

vim.api.nvim_create_autocmd("FileType", {
  group = vim.api.nvim_create_augroup("kql-lint", { clear = true }),
  pattern = { "kusto", "yaml", "json", "jsonc", "bicep", "terraform", "markdown", "ps1" },
  callback = function(event)
    local top = vim.fs.find({ ".kql-lint.toml", ".git" }, { upward = true, path = vim.fs.dirname(event.file) })[1]
    vim.lsp.start({
      name = "kql-lint",
      cmd = { "kql-lint", "lsp" },
      root_dir = top and vim.fs.dirname(top) or vim.fn.getcwd(),
    })
  end,
})
