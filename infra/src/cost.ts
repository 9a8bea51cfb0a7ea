import { costTables } from './cost-tables.ts';

/** `pnpm cost`: what the cloud edition costs, from list prices, as the tables of docs/aws.md. */
process.stdout.write(`${costTables().join('\n')}\n`);
