" kql-lint in Vim and Neovim, through :make and the quickfix list.
" Copy this file to ~/.vim/compiler/kql-lint.vim (Neovim: ~/.config/nvim/compiler/kql-lint.vim).
if exists("current_compiler")
  finish
endif
let current_compiler = "kql-lint"

CompilerSet makeprg=kql-lint\ check\ --quiet\ --output-format\ concise\ --color\ never\ %:S
CompilerSet errorformat=%f:%l:%c:\ KL%n\ [%trror]\ %m,
      \%f:%l:%c:\ KL%n\ [%tarning]\ %m,
      \%f:%l:%c:\ KL%n\ [%tnfo]\ %m
