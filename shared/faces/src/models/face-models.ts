import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Misconfigured } from '@rollcall/kit/app-error';
import { convertTfjsGraph, type TfjsNode } from './convert-tfjs-graph.ts';
import { dlibResnet } from './dlib-resnet.ts';
import { readWeights, type WeightsManifest } from './tfjs-weights.ts';

/** `detector`: BlazeFace (back camera, 256 px); `mesh`: FaceMesh (468 points); `descriptor`: dlib's ResNet (128 numbers). */
export type ModelName = 'detector' | 'mesh' | 'descriptor';

export const modelNames: readonly ModelName[] = ['detector', 'mesh', 'descriptor'];

const resolve = createRequire(import.meta.url).resolve;

/** The versions of the packages that ship the weights. */
export async function weightPackages(): Promise<string> {
  const packages = await Promise.all([packageFile(humanFolder()), packageFile(faceApiFolder())]);
  return packages.map(({ name, version }) => `${name}@${version}`).join(' ');
}

/** ONNX bytes of a model, made from the weights inside the npm packages. Takes some 100 ms. */
export async function convertModel(name: ModelName): Promise<Uint8Array> {
  switch (name) {
    case 'detector':
      return convertGraph('blazeface', {
        fineScores: 'Identity',
        coarseScores: 'Identity_1',
        fineBoxes: 'Identity_2',
        coarseBoxes: 'Identity_3',
      });
    case 'mesh':
      return convertGraph('facemesh', { presence: 'Identity_1', points: 'Identity_2' });
    case 'descriptor':
      return convertDescriptor();
    default:
      throw new Error(`no such model: ${String(name satisfies never)}`);
  }
}

async function convertDescriptor(): Promise<Uint8Array> {
  const folder = join(faceApiFolder(), 'model');
  const manifest = await json<WeightsManifest>(join(folder, 'face_recognition_model-weights_manifest.json'));
  return dlibResnet(await readWeights(folder, manifest));
}

async function convertGraph(file: string, outputs: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const folder = join(humanFolder(), 'models');
  const graph = await json<{
    readonly modelTopology: { readonly node: readonly TfjsNode[] };
    readonly weightsManifest: WeightsManifest;
  }>(join(folder, `${file}.json`));
  return convertTfjsGraph(graph.modelTopology.node, await readWeights(folder, graph.weightsManifest), outputs);
}

/** Where @vladmandic/human is; its main file is one folder down. */
export function humanFolder(): string {
  return dirname(dirname(resolve('@vladmandic/human')));
}

function faceApiFolder(): string {
  return dirname(resolve('@vladmandic/face-api/package.json'));
}

function packageFile(folder: string): Promise<{ name: string; version: string }> {
  return json(join(folder, 'package.json'));
}

/** What the file says, taken at its word: the packages are pinned, and the conversion refuses what it does not know. */
async function json<T>(path: string): Promise<T> {
  try {
    const value: T = JSON.parse(await readFile(path, 'utf8'));
    return value;
  } catch (error) {
    throw new Misconfigured(`face models: expected ${path} to be readable; install the packages again`, {
      cause: error,
    });
  }
}
