// node pack.mjs TARGET BINARY FOLDER: the npm packages, as tarballs in FOLDER: `podls`, which is the same for all targets, and the one that
// carries the binary of this target, of which npm installs the one that fits.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { platforms } from "./podls.js";

const [target, binary, folder] = process.argv.slice(2);
const here = import.meta.dirname;
const root = resolve(here, "../..");
const field = (name) => readFileSync(join(root, "Cargo.toml"), "utf8").match(new RegExp(`^${name} = "(.*)"$`, "m"))[1];

const common = {
  version: field("version"),
  description: field("description"),
  license: field("license"),
  repository: { type: "git", url: `git+${field("repository")}.git` },
};

/** Packs a folder that holds these files beside its package.json. */
function pack(manifest, files) {
  const temporary = mkdtempSync(join(tmpdir(), "podls-npm-"));
  for (const [from, to] of [...files, ["LICENSE-APACHE", "LICENSE-APACHE"], ["LICENSE-MIT", "LICENSE-MIT"]]) {
    cpSync(resolve(root, from), join(temporary, to));
  }
  writeFileSync(join(temporary, "package.json"), JSON.stringify({ ...common, ...manifest }, null, 2));
  execFileSync("npm", ["pack", "--silent", "--pack-destination", resolve(folder)], { cwd: temporary, stdio: "inherit", shell: process.platform === "win32" });
  rmSync(temporary, { recursive: true });
}

const platform = Object.entries(platforms).find(([, it]) => it.target === target);
if (!platform) throw new Error(`no npm package for ${target}; expected one of: ${Object.values(platforms).map((it) => it.target).join(", ")}`);
const [key, { name }] = platform;
const [os, cpu] = key.split(" ");
mkdirSync(resolve(folder), { recursive: true });
pack({ name, os: [os], cpu: [cpu], preferUnplugged: true }, [[resolve(binary), os === "win32" ? "podls.exe" : "podls"]]);
pack(
  {
    name: "podls",
    keywords: ["kubernetes", "pod", "lsp", "yaml", "lint"],
    bin: { podls: "podls.js" },
    optionalDependencies: Object.fromEntries(Object.values(platforms).map((it) => [it.name, common.version])),
  },
  [["packaging/npm/podls.js", "podls.js"], ["README.md", "README.md"]],
);
