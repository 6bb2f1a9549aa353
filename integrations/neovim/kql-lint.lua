-- kql-lint in Neovim 0.7 or newer, without a plugin: findings as diagnostics, when a file is opened and when it is saved.
-- Copy this file to ~/.config/nvim/plugin/kql-lint.lua.
local patterns = { "*.kql", "*.csl", "*.kusto", "*.yaml", "*.yml", "*.json", "*.bicep", "*.tf", "*.md", "*.ipynb" }
local namespace = vim.api.nvim_create_namespace("kql-lint")
local severity = vim.diagnostic.severity
local severities = { error = severity.ERROR, warning = severity.WARN, info = severity.INFO }

-- kql-lint counts rows and code points from 1, Neovim rows and bytes from 0.
local function position(lines, place)
  local line = lines[place.row] or ""
  local byte = vim.fn.byteidxcomp(line, place.column - 1)
  return place.row - 1, byte >= 0 and byte or #line
end

local function diagnostics(lines, records)
  local found = {}
  for _, record in ipairs(records) do
    local lnum, col = position(lines, record.location)
    local end_lnum, end_col = position(lines, record.end_location)
    table.insert(found, {
      lnum = lnum,
      col = col,
      end_lnum = end_lnum,
      end_col = end_col,
      severity = severities[record.severity],
      source = "kql-lint",
      code = record.code,
      message = record.message,
    })
  end
  return found
end

local function lint(buffer)
  local name = vim.api.nvim_buf_get_name(buffer)
  if name == "" or vim.fn.executable("kql-lint") == 0 then
    return
  end
  local lines = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
  local command = { "kql-lint", "check", "-", "--output-format", "json", "--stdin-filename", name }
  local job = vim.fn.jobstart(command, {
    stdout_buffered = true,
    on_stdout = function(_, output)
      local good, records = pcall(vim.json.decode, table.concat(output, "\n"))
      if good and vim.api.nvim_buf_is_valid(buffer) then
        vim.diagnostic.set(namespace, buffer, diagnostics(lines, records))
      end
    end,
  })
  if job > 0 then
    vim.fn.chansend(job, table.concat(lines, "\n") .. "\n")
    vim.fn.chanclose(job, "stdin")
  end
end

vim.api.nvim_create_autocmd({ "BufReadPost", "BufWritePost" }, {
  group = vim.api.nvim_create_augroup("kql-lint", { clear = true }),
  pattern = patterns,
  callback = function(event)
    lint(event.buf)
  end,
})
