// What of a letter's HTML some mail programs do not know: JSON, {title: [program, …]}.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [page, root] = process.argv.slice(2);
const found = createRequire(`${root}/package.json`).resolve("caniemail");
const { caniemail } = await import(pathToFileURL(found).href);
const { issues } = caniemail({ clients: ["*"], html: readFileSync(page, "utf8") });
const told = {};
for (const [program, list] of issues.errors)
  for (const { title } of list) told[title] = [...new Set([...(told[title] ?? []), program])];
console.log(JSON.stringify(told));
