-- Neovim 0.7 to 0.10: add this to init.lua.
vim.api.nvim_create_autocmd('FileType', {
  pattern = { 'yaml', 'json', 'helm' },
  callback = function()
    local root = vim.fs and vim.fs.dirname(vim.fs.find({ '.podls.yaml', '.podls.yml', '.git' }, { upward = true })[1] or '') or nil
    local config = { name = 'podls', cmd = { 'podls' }, root_dir = root or vim.fn.getcwd() }
    if vim.lsp.start then
      vim.lsp.start(config)
      return
    end
    -- 0.7 has no vim.lsp.start: one client serves all buffers. Nor does it set the completion of CTRL-X CTRL-O.
    vim.g.podls_client = vim.g.podls_client or vim.lsp.start_client(config)
    vim.lsp.buf_attach_client(0, vim.g.podls_client)
    vim.bo.omnifunc = 'v:lua.vim.lsp.omnifunc'
  end,
})
