// Builds podls-TARGET.vsix, which contains the server, and podls-without-server.vsix.
//
//   npm run package                                   for this machine, and the one without a server
//   npm run package -- without-server                 only that
//   npm run package -- darwin-arm64                   for another one, by cargo's cross-compilation (needs the Rust target and a linker)
//   npm run package -- --server FILE win32-x64        with a server built elsewhere
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { HERE, TARGETS, thisMachine } from './platform.mjs';

const root = join(HERE, '..', '..');
process.chdir(HERE);
const REPOSITORY = 'https://github.com/podls/podls';
const windows = process.platform === 'win32';
const run = (command, ...args) => execFileSync(command, args, { stdio: 'inherit', shell: windows });
const tool = (name, ...args) => run(join('node_modules', '.bin', name), ...args);
const fail = (message) => {
  console.error(message);
  process.exit(2);
};

const targets = process.argv.slice(2);
const at = targets.indexOf('--server');
const given = at < 0 ? undefined : targets.splice(at, 2)[1];
const WITHOUT = 'without-server';
const unknown = targets.find((it) => !(it in TARGETS) && it !== WITHOUT);
if (unknown) fail(`unknown target ${unknown}; expected one of ${Object.keys(TARGETS).join(', ')} and ${WITHOUT}`);
if (at >= 0 && (!given || targets.length !== 1)) fail('--server FILE requires exactly one target');

/** The server for a target: the given file, or built here. */
function server(target) {
  if (given) return given;
  const cargo = (...args) => run('cargo', 'build', '--release', '--manifest-path', join(root, 'Cargo.toml'), ...args);
  const name = target.startsWith('win32') ? 'podls.exe' : 'podls';
  const folder = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
  if (!targets.length) {
    cargo();
    return join(folder, 'release', name);
  }
  cargo('--target', TARGETS[target]);
  return join(folder, TARGETS[target], 'release', name);
}

function vsce(name, ...args) {
  // The README's own links and pictures, as they are found from the gallery.
  const base = ['--baseContentUrl', `${REPOSITORY}/blob/HEAD/editors/vscode`, '--baseImagesUrl', `${REPOSITORY}/raw/HEAD/editors/vscode`];
  tool('vsce', 'package', '--no-dependencies', '--out', `podls-${name}.vsix`, ...base, ...args);
}

tool('tsc', '--noEmit');
run('npm', 'run', '--silent', 'build');
for (const file of ['CHANGELOG.md', 'LICENSE-APACHE', 'LICENSE-MIT']) copyFileSync(join(root, file), file);
const here = thisMachine();
if (!targets.length && !here) console.log('VS Code does not support this platform; building only the extension without a server');
for (const target of targets.length ? targets : [here, WITHOUT].filter(Boolean)) {
  rmSync('server', { recursive: true, force: true });
  if (target === WITHOUT) {
    vsce(WITHOUT);
    continue;
  }
  mkdirSync('server');
  const inside = join('server', target.startsWith('win32') ? 'podls.exe' : 'podls');
  copyFileSync(server(target), inside);
  chmodSync(inside, 0o755);
  vsce(target, '--target', target);
}
