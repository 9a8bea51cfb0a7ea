import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createProgram } from '@rollcall/cloud/cli/program';
import { processIo } from '@rollcall/cloud/cli/io';
import { deployOptions } from '@rollcall/infra/deploy-options';
import { describe, expect, it } from 'vitest';
import { isInstalled } from '../site/program.ts';

type Command = ReturnType<typeof createProgram>;

const read = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
const scripts: Record<string, string> = JSON.parse(read('package.json')).scripts;
/** Each command of the shell blocks, its words apart. */
const commands = [...read('docs/aws.md').matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block = '']) =>
  block
    .replaceAll(/ +#.*$/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split(/\n|&&/)
    .map((line) => wordsOf(line.trim().replace(/^\w+=\$\((.*)\)$/, '$1')))
    .filter((words) => words.length > 0),
);
const ofPnpm = commands.flatMap(([program, pnpm, ...words]) =>
  program === 'npx' && pnpm === 'pnpm@12' ? [words] : [],
);
const ofAws = commands.flatMap(([program, ...words]) => (program === 'aws' ? [words] : []));
const starting = (word: string) => ofPnpm.flatMap(([first, ...rest]) => (first === word ? [rest] : []));

describe('the commands of docs/aws.md', () => {
  it('are there, to be typed in a clone', () => {
    expect(ofPnpm.length).toBeGreaterThan(8);
    for (const [first = ''] of ofPnpm) expect(['install', 'exec', ...Object.keys(scripts)]).toContain(first);
    for (const words of starting('exec')) expect(read(words[1] ?? '')).toContain('rollcall-agent');
  });

  it('deploy with options that there are', () => {
    const told = [...starting('deploy:aws'), ...inText('deploy:aws'), ...inText('destroy:aws')];
    expect(told.length).toBeGreaterThanOrEqual(4);
    for (const words of told) expect(deployOptions(words).deployment.prefix).toBe('rollcalldev');
  });

  it('operate it with commands, arguments and options that there are', () => {
    const told = [...starting('rollcall'), ...inText('rollcall')];
    expect(told.length).toBeGreaterThan(6);
    for (const words of told) expect([words, problemOf(words)]).toEqual([words, undefined]);
  });

  it.skipIf(!isInstalled('aws'))('ask AWS for what its command line knows', async () => {
    expect(ofAws.length).toBeGreaterThan(4);
    const env = {
      ...process.env,
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
    };
    for (const words of ofAws) {
      // Reads the options, and asks nobody.
      const asked = [...words, '--generate-cli-skeleton', 'output'];
      const code = await new Promise((resolve) => {
        const child = execFile('aws', asked, { env }, () => resolve(child.exitCode));
      });
      // "Command line return codes": 2 of version 1 and 252 of version 2 are words that it does not know.
      expect([2, 252]).not.toContain(code);
    }
  });
});

/** Of `npx pnpm@12 {script} …` within a sentence, in backticks. */
function inText(script: string): string[][] {
  const found = read('docs/aws.md').matchAll(new RegExp(`\`(?:npx pnpm@12 |pnpm )${script} ([^\`]+)\``, 'g'));
  return [...found].map(([, words = '']) => wordsOf(words));
}

/** Words as a shell has them; what a variable will hold looks like the version of a secret. */
function wordsOf(line: string): string[] {
  const words = line.match(/"[^"]*"|\$\([^)]*\)|\S+/g) ?? [];
  return words.map((word) =>
    word.replaceAll('"', '').replace(/^\$(\w+|\(.*\))$/, '6b5f2d0e-0000-4000-8000-000000000001'),
  );
}

/** Why `rollcall` would not take these words. */
function problemOf(words: readonly string[]): string | undefined {
  let command: Command = createProgram(processIo, () => {});
  const rest = [...words];
  for (let next = find(command, rest[0]); next; next = find(command, rest[0])) {
    command = next;
    rest.shift();
  }
  const { operands, unknown } = command.parseOptions(rest);
  if (command.commands.length > 0) return `${words.join(' ')}: which of its commands?`;
  if (unknown.length > 0) return `unknown: ${unknown.join(' ')}`;
  const wanted = command.registeredArguments.filter(({ required }) => required).length;
  return operands.length < wanted ? `${wanted} arguments wanted` : undefined;
}

function find(command: Command, name: string | undefined): Command | undefined {
  return command.commands.find((one) => one.name() === name);
}
