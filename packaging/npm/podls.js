#!/usr/bin/env node
// Starts the podls of this platform, which came as a package of its own.
const { spawn } = require("node:child_process");

const platforms = {
  "linux x64": { name: "@podls/linux-x64", target: "x86_64-unknown-linux-musl" },
  "linux arm64": { name: "@podls/linux-arm64", target: "aarch64-unknown-linux-musl" },
  "darwin x64": { name: "@podls/darwin-x64", target: "x86_64-apple-darwin" },
  "darwin arm64": { name: "@podls/darwin-arm64", target: "aarch64-apple-darwin" },
  "win32 x64": { name: "@podls/win32-x64", target: "x86_64-pc-windows-msvc" },
};
module.exports = { platforms };

if (require.main === module) {
  const binary = find(`${process.platform} ${process.arch}`);
  const child = spawn(binary, process.argv.slice(2), { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => fail(`${binary} cannot be started: ${error.message}`));
  child.on("exit", (status, signal) => process.exit(signal ? 2 : status));
}

function find(platform) {
  const name = platforms[platform]?.name;
  if (!name) fail(`there is no package for ${platform}; build it with: cargo install podls`);
  try {
    return require.resolve(`${name}/podls${process.platform === "win32" ? ".exe" : ""}`);
  } catch {
    fail(`the package ${name} is missing; reinstall podls without --omit=optional`);
  }
}

function fail(why) {
  console.error(`podls: ${why}`);
  process.exit(2);
}
