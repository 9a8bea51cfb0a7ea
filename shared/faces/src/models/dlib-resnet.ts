import { Misconfigured } from '@rollcall/kit/app-error';
import { convolution } from './convolution.ts';
import { OnnxGraph } from './onnx-graph.ts';
import type { Weight } from './tfjs-weights.ts';

/** dlib's residual blocks in order. One that goes down halves the picture and may add channels. */
const blocks: readonly { readonly name: string; readonly down?: true }[] = [
  { name: 'conv32_1' },
  { name: 'conv32_2' },
  { name: 'conv32_3' },
  { name: 'conv64_down', down: true },
  { name: 'conv64_1' },
  { name: 'conv64_2' },
  { name: 'conv64_3' },
  { name: 'conv128_down', down: true },
  { name: 'conv128_1' },
  { name: 'conv128_2' },
  { name: 'conv256_down', down: true },
  { name: 'conv256_1' },
  { name: 'conv256_2' },
  { name: 'conv256_down_out', down: true },
];

/**
 * ONNX bytes of dlib's face descriptor network, `faces` (n × 3 × 150 × 150) to `vectors` (n × 128), from the weights as face-api
 * stores them. Source: dlib, examples/dnn_face_recognition_ex.cpp (`anet_type`, public domain).
 */
export function dlibResnet(weights: ReadonlyMap<string, Weight>): Uint8Array {
  const graph = new OnnxGraph();
  const network = new Network(graph, weights);
  const input = graph.input('faces', ['n', 3, 150, 150]);
  const stem = graph.node('Relu', [network.convolution(input, 'conv32_down', 2)]);
  let tensor = {
    name: graph.node('MaxPool', [stem], { kernel_shape: [3, 3], strides: [2, 2] }),
    side: 35,
    channels: 32,
  };
  for (const block of blocks)
    tensor = block.down ? network.down(tensor, block.name) : network.level(tensor, block.name);
  const pooled = graph.node('Flatten', [graph.node('GlobalAveragePool', [tensor.name])]);
  const fully = network.weight('fc');
  graph.output('vectors', graph.node('MatMul', [pooled, graph.weights(fully.shape, Float32Array.from(fully.data))]));
  return graph.bytes();
}

interface Tensor {
  readonly name: string;
  readonly side: number;
  readonly channels: number;
}

class Network {
  readonly #graph: OnnxGraph;
  readonly #weights: ReadonlyMap<string, Weight>;

  constructor(graph: OnnxGraph, weights: ReadonlyMap<string, Weight>) {
    this.#graph = graph;
    this.#weights = weights;
  }

  weight(name: string): Weight {
    const weight = this.#weights.get(name);
    if (!weight)
      throw new Misconfigured(
        `face descriptor: expected weights ${name}; is @vladmandic/face-api of the pinned version?`,
      );
    return weight;
  }

  /** A convolution with dlib's affine layer (the frozen batch normalization) folded into its weights. */
  convolution(input: string, name: string, stride: 1 | 2): string {
    const filters = this.weight(`${name}/conv/filters`);
    const scale = this.weight(`${name}/scale/weights`).data;
    const shift = this.weight(`${name}/scale/biases`).data;
    const bias = this.weight(`${name}/conv/bias`).data;
    const outputs = scale.length;
    const data = Float32Array.from(filters.data, (v, i) => v * (scale[i % outputs] ?? 1));
    const folded = Float32Array.from(bias, (v, i) => v * (scale[i] ?? 1) + (shift[i] ?? 0));
    const padding = stride === 2 ? 0 : ((filters.shape[0] ?? 1) - 1) / 2;
    const options = { strides: [stride, stride], padding, bias: folded };
    return convolution(this.#graph, input, { shape: filters.shape, data }, options);
  }

  level(input: Tensor, name: string): Tensor {
    return { ...input, name: this.#sum(input.name, this.#residual(input.name, name, 1)) };
  }

  /** The shortcut is averaged; the smaller of both is filled up with zeros, at the right and bottom, and in new channels. */
  down(input: Tensor, name: string): Tensor {
    const residualSide = Math.floor((input.side - 3) / 2) + 1;
    const side = Math.floor(input.side / 2);
    const channels = this.weight(`${name}/conv2/scale/weights`).data.length;
    let residual = this.#residual(input.name, name, 2);
    let shortcut = this.#graph.node('AveragePool', [input.name], { kernel_shape: [2, 2], strides: [2, 2] });
    if (side > residualSide) residual = this.#pad(residual, 0, side - residualSide);
    if (channels > input.channels) shortcut = this.#pad(shortcut, channels - input.channels, 0);
    return { name: this.#sum(shortcut, residual), side, channels };
  }

  #residual(input: string, name: string, stride: 1 | 2): string {
    const hidden = this.#graph.node('Relu', [this.convolution(input, `${name}/conv1`, stride)]);
    return this.convolution(hidden, `${name}/conv2`, 1);
  }

  #sum(a: string, b: string): string {
    return this.#graph.node('Relu', [this.#graph.node('Add', [a, b])]);
  }

  #pad(input: string, channels: number, pixels: number): string {
    return this.#graph.node('Pad', [input, this.#graph.integers([0, 0, 0, 0, 0, channels, pixels, pixels])]);
  }
}
