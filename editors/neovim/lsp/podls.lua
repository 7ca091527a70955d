-- Neovim 0.11 and newer. Copy this file to ~/.config/nvim/lsp/podls.lua and put into init.lua:
--   vim.lsp.enable('podls')
---@type vim.lsp.Config
return {
  cmd = { 'podls' },
  filetypes = { 'yaml', 'json', 'helm' },
  root_markers = { '.podls.yaml', '.git' },
  -- settings = { podls = { kubernetes = '1.35', rules = { ['port-clash'] = 'off' } } },
}
