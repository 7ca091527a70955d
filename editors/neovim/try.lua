-- The configuration of `editors/try neovim`. Neovim 0.7 and newer.
local here = debug.getinfo(1, 'S').source:sub(2):match('(.*)/')

vim.o.number = true
vim.o.swapfile = false
vim.o.signcolumn = 'yes'
vim.o.completeopt = 'menuone,noselect'
vim.cmd('filetype plugin indent on | syntax on')

if vim.fn.has('nvim-0.11') == 1 then
  vim.opt.runtimepath:prepend(here)
  vim.lsp.enable('podls')
  vim.diagnostic.config({ virtual_lines = true })
  vim.api.nvim_create_autocmd('LspAttach', {
    callback = function(event) vim.lsp.completion.enable(true, event.data.client_id, event.buf, { autotrigger = true }) end,
  })
  vim.o.winbar = ' K hover   gra fixes   CTRL-X CTRL-O completion   ]d next diagnostic   :q! quit'
else
  dofile(here .. '/init-0.7.lua')
  vim.keymap.set('n', 'K', vim.lsp.buf.hover)
  vim.keymap.set('n', 'gra', vim.lsp.buf.code_action)
  vim.keymap.set('n', ']d', vim.diagnostic.goto_next)
  vim.o.laststatus = 2
  vim.o.statusline = ' K hover   gra fixes   CTRL-X CTRL-O completion   ]d next diagnostic   :q! quit'
end
