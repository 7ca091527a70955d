// The platforms that VS Code knows, and which of them this machine is.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the extension. */
export const HERE = dirname(fileURLToPath(import.meta.url));

/** VS Code's name of each platform, and Rust's. On Linux, musl: one binary for every distribution. */
export const TARGETS = {
  'linux-x64': 'x86_64-unknown-linux-musl',
  'linux-arm64': 'aarch64-unknown-linux-musl',
  'linux-armhf': 'armv7-unknown-linux-musleabihf',
  'alpine-x64': 'x86_64-unknown-linux-musl',
  'alpine-arm64': 'aarch64-unknown-linux-musl',
  'darwin-x64': 'x86_64-apple-darwin',
  'darwin-arm64': 'aarch64-apple-darwin',
  'win32-x64': 'x86_64-pc-windows-msvc',
  'win32-arm64': 'aarch64-pc-windows-msvc',
};

/** VS Code's name of this machine, if it has one. A Linux without glibc is Alpine to it. */
export function thisMachine() {
  const { platform, arch } = process;
  const musl = platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime;
  const name = `${musl ? 'alpine' : platform}-${platform === 'linux' && arch === 'arm' ? 'armhf' : arch}`;
  return name in TARGETS ? name : undefined;
}

/** The extension that was built for this machine, if it was. */
export function builtHere() {
  const file = join(HERE, `podls-${thisMachine() ?? 'without-server'}.vsix`);
  return existsSync(file) ? file : undefined;
}
