// Takes addresses out of package-lock.json: versions and hashes are what a lock is for.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "./build.mjs";

const file = path.join(ROOT, "package-lock.json");
const lock = JSON.parse(readFileSync(file, "utf8"));
for (const entry of Object.values(lock.packages)) { delete entry.resolved; delete entry.funding; }
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
