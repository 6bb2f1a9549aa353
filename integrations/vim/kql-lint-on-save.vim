" Lints a KQL file when it is saved and shows what was found; for ~/.vimrc.
augroup kql_lint
  autocmd!
  autocmd BufWritePost *.kql,*.csl,*.kusto compiler kql-lint | silent make! | redraw! | cwindow
augroup END
