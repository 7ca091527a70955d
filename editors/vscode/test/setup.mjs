// Gets what the tests and ../try need: code-server (VS Code for the browser) with the Node that it wants, and for the tests also Chromium and
// a Python that can check the protocol. All of it lands in ./kit, but Chromium, which comes from the system's packages.
//
//   node test/setup.mjs
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const kit = join(here, 'kit');
const modules = join(kit, 'node_modules');
const codeServer = join(modules, 'code-server');
const VENV = join(modules, '.venv');

/** The Node that code-server wants, whichever one runs this. */
export const node = () => [join(modules, `node-${process.platform}-${process.arch}`, 'bin', 'node')].find(existsSync) ?? process.execPath;
export const CODE_SERVER = join(codeServer, 'out', 'node', 'entry.js');
export const PYTHON = join(VENV, 'bin', 'python');

/** The Chromium to drive: the one that is named, or the system's. */
export function chromium() {
  const folders = process.env.PATH.split(delimiter);
  const named = ['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) => folders.map((folder) => join(folder, name)));
  return process.env.CHROMIUM ?? named.find(existsSync);
}

const run = (command, args, options) => execFileSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options });

/** Does `make` unless it was done for these `words`. */
function once(name, words, make) {
  const mark = join(kit, 'node_modules', `.podls-${name}`);
  const hash = createHash('sha256').update(words).digest('hex');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === hash) return;
  console.log(`downloading ${name} …`);
  make();
  mkdirSync(modules, { recursive: true });
  writeFileSync(mark, hash);
}

/** VS Code, as code-server. Its native modules stay out: nothing here needs them, and so no compiler is needed. */
export function getCodeServer() {
  once('code-server', readFileSync(join(kit, 'package-lock.json')), () => {
    const npm = (folder, path, ...args) =>
      run('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
        cwd: folder,
        env: { ...process.env, PATH: path + process.env.PATH },
        shell: process.platform === 'win32',
      });
    npm(kit, '', 'ci', '--engine-strict=false');
    const node = join(modules, `node-${process.platform}-${process.arch}`, 'bin') + delimiter;
    const inner = join(codeServer, 'lib', 'vscode');
    npm(inner, node, 'install', '--omit=dev');
    npm(join(inner, 'extensions'), node, 'install', '--omit=dev');
  });
}

/** Chromium and the checker of the protocol. What is missing of the system's packages is installed if we may. */
export function getTools() {
  const apt = (...packages) => {
    if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) throw new Error(`install ${packages.join(' and ')}, then run this again`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    run('apt-get', ['update', '-qq'], { env });
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  if (!chromium()) apt('chromium', 'fonts-dejavu-core');
  once('protocol', 'lsprotocol==2025.0.0', () => {
    const venv = () => run('python3', ['-m', 'venv', VENV], { stdio: 'ignore' });
    try {
      venv();
    } catch {
      apt('python3-venv');
      venv();
    }
    run(PYTHON, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'lsprotocol==2025.0.0']);
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    getCodeServer();
    getTools();
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
