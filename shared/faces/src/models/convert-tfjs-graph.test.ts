import { Misconfigured } from '@rollcall/kit/app-error';
import { describe, expect, it } from 'vitest';
import { convertTfjsGraph, type TfjsNode } from './convert-tfjs-graph.ts';
import { ModelSession } from './model-session.ts';
import type { Weight } from './tfjs-weights.ts';

const placeholder = (height: number, width: number, channels: number): TfjsNode => ({
  name: 'in',
  op: 'Placeholder',
  attr: { shape: { shape: { dim: [-1, height, width, channels].map((size) => ({ size: String(size) })) } } },
});
const base64 = (text: string) => Buffer.from(text).toString('base64');
const window = (padding: string, stride: number, size = 2) => ({
  padding: { s: base64(padding) },
  strides: { list: { i: ['1', String(stride), String(stride), '1'] } },
  ksize: { list: { i: ['1', String(size), String(size), '1'] } },
});
const floats = (shape: number[], ...data: number[]): Weight => ({ shape, data: Float32Array.from(data) });
const integers = (...data: number[]): Weight => ({ shape: [data.length], data: Int32Array.from(data) });

/** What the nodes after the placeholder make of `picture`, given channels first. */
async function run(nodes: TfjsNode[], weights: Record<string, Weight>, shape: number[], picture: number[]) {
  const [channels = 1, height = 1, width = 1] = shape;
  const graph = [placeholder(height, width, channels), ...nodes];
  const model = convertTfjsGraph(graph, new Map(Object.entries(weights)), { result: nodes.at(-1)?.name ?? '' });
  const session = await ModelSession.open(model);
  const output = await session.run(Float32Array.from(picture), [1, ...shape]);
  return [...output('result')];
}

// Outputs are channels last, as TensorFlow has them. Expected values were worked out by hand from TensorFlow's definitions.
describe('convertTfjsGraph', () => {
  it('pads a convolution with SAME and stride 2 at the right and bottom first, adds the bias and cuts below zero', async () => {
    const conv = { name: 'conv', op: '_FusedConv2D', input: ['in', 'k', 'b'] };
    const attr = { ...window('SAME', 2), fused_ops: { list: { s: [base64('BiasAdd'), base64('Relu')] } } };
    const weights = { k: floats([2, 2, 1, 1], 1, 10, 100, 1000), b: floats([1], -5000) };
    expect(await run([{ ...conv, attr }], weights, [1, 3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9])).toEqual([421, 0, 0, 0]);
  });

  it('sums over input channels and orders output channels', async () => {
    const conv = { name: 'conv', op: '_FusedConv2D', input: ['in', 'k'], attr: window('VALID', 1) };
    const weights = { k: floats([1, 1, 2, 3], 1, 2, 3, 10, 20, 30) };
    expect(await run([conv], weights, [2, 1, 2], [1, 2, 3, 4])).toEqual([31, 62, 93, 42, 84, 126]);
  });

  it('gives each channel kernels of its own in a depthwise convolution', async () => {
    const conv = { name: 'conv', op: 'DepthwiseConv2dNative', input: ['in', 'k'], attr: window('VALID', 1) };
    expect(await run([conv], { k: floats([1, 1, 2, 1], 2, 3) }, [2, 1, 2], [1, 2, 3, 4])).toEqual([2, 9, 4, 12]);
  });

  it('slopes what is negative by channel, fused or not', async () => {
    const fused = { name: 'a', op: '_FusedConv2D', input: ['in', 'k', 'b', 's'] };
    const attr = { ...window('VALID', 1), fused_ops: { list: { s: [base64('BiasAdd'), base64('Prelu')] } } };
    const weights = { k: floats([1, 1, 1, 2], 1, 1), b: floats([2], 0, 0), s: floats([1, 1, 2], 0.5, 0.25) };
    const again = { name: 'b2', op: 'Prelu', input: ['a', 's'] };
    expect(await run([{ ...fused, attr }, again], weights, [1, 1, 2], [-8, 8])).toEqual([-2, -0.5, 8, 8]);
  });

  it('takes the highest of each window', async () => {
    const pool = { name: 'pool', op: 'MaxPool', input: ['in'], attr: window('SAME', 2) };
    expect(await run([pool], {}, [1, 3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9])).toEqual([5, 6, 8, 9]);
  });

  it('pads channels where TensorFlow pads its last axis', async () => {
    const pad = { name: 'pad', op: 'Pad', input: ['in', 'p'] };
    const weights = { p: { shape: [4, 2], data: Int32Array.of(0, 0, 0, 0, 0, 1, 0, 1) } };
    expect(await run([pad], weights, [1, 1, 2], [1, 2])).toEqual([1, 0, 2, 0, 0, 0]);
  });

  it('reshapes in the order of channels last, also behind an Identity', async () => {
    const nodes = [
      { name: 'same', op: 'Identity', input: ['in'] },
      { name: 'shape', op: 'Identity', input: ['s'] },
      { name: 'flat', op: 'Reshape', input: ['same:0', 'shape'] },
    ];
    expect(await run(nodes, { s: integers(-1, 4) }, [2, 1, 2], [1, 2, 3, 4])).toEqual([1, 3, 2, 4]);
  });

  it('adds, cuts and squashes', async () => {
    const nodes = [
      { name: 'cut', op: 'Relu', input: ['in'] },
      { name: 'sum', op: 'AddV2', input: ['in', 'cut'] },
      { name: 'squash', op: 'Sigmoid', input: ['sum'] },
    ];
    const [low, high] = await run(nodes, {}, [1, 1, 2], [-1, 1]);
    expect(low).toBeCloseTo(1 / (1 + Math.exp(1)), 6);
    expect(high).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
  });

  it('leaves out what no output needs, whatever it is', async () => {
    const nodes = [
      { name: 'unknowable', op: 'SomethingNew', input: ['in'] },
      { name: 'cut', op: 'Relu', input: ['in'] },
    ];
    expect(await run(nodes, {}, [1, 1, 1], [-1])).toEqual([0]);
  });

  it('refuses an operator that it does not know', async () => {
    const nodes = [{ name: 'odd', op: 'SomethingNew', input: ['in'] }];
    await expect(run(nodes, {}, [1, 1, 1], [1])).rejects.toThrow(Misconfigured);
  });
});
