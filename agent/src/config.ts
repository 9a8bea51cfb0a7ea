import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { AgentConfig } from '@rollcall/contract/agent-config';
import { Misconfigured } from '@rollcall/kit/app-error';
import { loadConfig } from '@rollcall/kit/load-config';
import { z } from 'zod';
import { parseCameraUri } from './cameras/camera-uri.ts';

/**
 * The agent's configuration from `file`, with absolute paths, then `ROLLCALL_AGENT_…` variables for the top-level keys.
 * What it names is looked at too: camera, CA, claim, data folder.
 * @param options.readOnly makes no data folder: what root makes, the agent could not use. @throws Misconfigured with every problem in one message.
 */
export function loadAgentConfig(
  file: string,
  environment: Record<string, string | undefined>,
  { readOnly = false }: { readonly readOnly?: boolean } = {},
): Readonly<AgentConfig> {
  const path = resolve(file);
  const values = readJson(path);
  return loadConfig(schemaFor(dirname(path), values, readOnly), {
    file: { path, values },
    environment: { prefix: 'ROLLCALL_AGENT', values: environment },
  });
}

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Misconfigured(`expected the configuration in ${path}, which cannot be read: ${String(cause)}`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Misconfigured(`${path}: expected JSON: ${String(cause)}`, { cause });
  }
}

/** The contract's schema, which also looks at what the values name. */
function schemaFor(folder: string, values: unknown, readOnly: boolean) {
  const from = (path: string) => resolve(folder, path);
  const file = z.string().transform(from).refine(isReadable, 'expected a file that can be read');
  const { dataDir } = z
    .object({ dataDir: z.string().default('.') })
    .catch({ dataDir: '.' })
    .parse(values);
  // The claim is for first contact only, and may be gone afterwards.
  const claimFile = existsSync(join(from(dataDir), 'device.json')) ? z.string().transform(from) : file;
  const { mqtt, provisioning, camera, outbox, heartbeatMs, crop } = AgentConfig.shape;
  return AgentConfig.extend({
    camera: camera.transform((uri) => absolute(uri, folder)).superRefine(checkCamera),
    dataDir: z
      .string()
      .default('.')
      .transform(from)
      .refine((path) => readOnly || isWritable(path), 'expected a folder that can be written to'),
    mqtt: mqtt.extend({ caFile: file.optional() }),
    provisioning: provisioning.unwrap().extend({ claimCertFile: claimFile, claimKeyFile: claimFile }).optional(),
    outbox: outbox.unwrap().extend({ keyFile: file.optional() }).prefault({}),
    // The unit names it whether or not the package was made with one.
    releaseKeyFile: z
      .string()
      .transform(from)
      .transform((path) => (existsSync(path) ? path : undefined))
      .optional(),
    // A variable is text.
    heartbeatMs: z.preprocess((value) => (typeof value === 'string' ? Number(value) : value), heartbeatMs),
    crop: z.preprocess((value) => (value === 'true' ? true : value === 'false' ? false : value), crop),
  });
}

/** A clip or a folder is found from the file that names it, like every other path there. */
function absolute(uri: string, folder: string): string {
  const [, scheme, path] = /^(video|folder):([^/].*)$/s.exec(uri) ?? [];
  return scheme && path ? `${scheme}:${resolve(folder, path)}` : uri;
}

function checkCamera(uri: string, context: z.RefinementCtx): void {
  try {
    parseCameraUri(uri);
  } catch (error) {
    if (!(error instanceof Misconfigured)) throw error;
    context.addIssue(error.message);
  }
}

function isReadable(path: string): boolean {
  return may(() => accessSync(path, constants.R_OK));
}

function isWritable(folder: string): boolean {
  return may(() => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
  });
}

function may(access: () => void): boolean {
  try {
    access();
    return true;
  } catch {
    return false;
  }
}
