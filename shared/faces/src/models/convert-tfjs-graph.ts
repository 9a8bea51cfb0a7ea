import { Misconfigured } from '@rollcall/kit/app-error';
import { convolution, padding } from './convolution.ts';
import { OnnxGraph } from './onnx-graph.ts';
import type { Weight } from './tfjs-weights.ts';

/** A node of a TensorFlow.js graph model's topology. */
export interface TfjsNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, TfjsAttribute>>;
}

interface TfjsAttribute {
  readonly s?: string;
  readonly list?: { readonly i?: readonly string[]; readonly s?: readonly string[] };
  readonly shape?: { readonly dim?: readonly { readonly size: string }[] };
}

/** A converted value. Convolutions want channels first, where TensorFlow has them last; it is turned back where that matters. */
interface Value {
  readonly name: string;
  readonly channelsFirst: boolean;
}

/**
 * ONNX bytes of the part of a TensorFlow.js graph that leads to `outputs` (our name → the node's name). The one input is
 * called `picture` and is channels first. Knows the operators of the face models, and refuses others.
 */
export function convertTfjsGraph(
  nodes: readonly TfjsNode[],
  weights: ReadonlyMap<string, Weight>,
  outputs: Readonly<Record<string, string>>,
): Uint8Array {
  const converter = new GraphConverter(nodes, weights);
  for (const [name, node] of Object.entries(outputs)) converter.output(name, node);
  return converter.graph.bytes();
}

class GraphConverter {
  readonly graph = new OnnxGraph();
  readonly #nodes: ReadonlyMap<string, TfjsNode>;
  readonly #weights: ReadonlyMap<string, Weight>;
  readonly #values = new Map<string, Value>();

  constructor(nodes: readonly TfjsNode[], weights: ReadonlyMap<string, Weight>) {
    this.#nodes = new Map(nodes.map((node) => [node.name, node]));
    this.#weights = weights;
  }

  output(name: string, node: string): void {
    this.graph.output(name, this.#channelsLast(this.#value(node)));
  }

  /** Recursion from the outputs leaves out what no output needs, and visits inputs first. */
  #value(reference: string): Value {
    const name = reference.replace(/:0$/, '');
    const known = this.#values.get(name);
    if (known) return known;
    const node = this.#nodes.get(name);
    if (!node)
      throw new Misconfigured(`face model: expected a node ${name}; is the model package of the pinned version?`);
    const value = this.#convert(node);
    this.#values.set(name, value);
    return value;
  }

  #convert(node: TfjsNode): Value {
    const inputs = node.input ?? [];
    const value = (index: number) => this.#value(inputs[index] ?? '');
    const constant = (index: number) => this.#constant(inputs[index] ?? '');
    switch (node.op) {
      case 'Placeholder': {
        const [, height = 0, width = 0, channels = 0] = (node.attr?.['shape']?.shape?.dim ?? []).map((d) =>
          Number(d.size),
        );
        return first(this.graph.input('picture', [1, channels, height, width]));
      }
      case 'Identity':
        return value(0);
      case '_FusedConv2D':
        return this.#fusedConvolution(node, value(0), constant);
      case 'DepthwiseConv2dNative': {
        const options = { strides: spatial(node, 'strides'), padding: paddingRule(node), depthwise: true };
        return first(convolution(this.graph, value(0).name, constant(1), options));
      }
      case 'AddV2':
        return { ...value(0), name: this.graph.node('Add', [value(0).name, value(1).name]) };
      case 'Relu':
      case 'Sigmoid':
        return { ...value(0), name: this.graph.node(node.op, [value(0).name]) };
      case 'Prelu':
        return first(this.#prelu(value(0).name, constant(1)));
      case 'MaxPool': {
        const attributes = {
          kernel_shape: spatial(node, 'ksize'),
          strides: spatial(node, 'strides'),
          ...padding(paddingRule(node)),
        };
        return first(this.graph.node('MaxPool', [value(0).name], attributes));
      }
      case 'Pad':
        return first(this.graph.node('Pad', [value(0).name, this.graph.integers(padAmounts(constant(1)))]));
      case 'Reshape': {
        // The batch is always one picture, so a leading -1 is 1; a later one is worked out by ONNX as by TensorFlow.
        const shape = Array.from(constant(1).data, (size, axis) => (size === -1 && axis === 0 ? 1 : size));
        const reshaped = this.graph.node('Reshape', [this.#channelsLast(value(0)), this.graph.integers(shape)]);
        return { name: reshaped, channelsFirst: false };
      }
      default:
        throw new Misconfigured(
          `face model: no conversion for operator ${node.op}; is the model package of the pinned version?`,
        );
    }
  }

  #fusedConvolution(node: TfjsNode, input: Value, constant: (index: number) => Weight): Value {
    const fused = (node.attr?.['fused_ops']?.list?.s ?? []).map(decoded);
    const bias = fused.includes('BiasAdd') ? { bias: Float32Array.from(constant(2).data) } : {};
    const options = { strides: spatial(node, 'strides'), padding: paddingRule(node), ...bias };
    const sum = convolution(this.graph, input.name, constant(1), options);
    const activation = fused.find((operator) => operator !== 'BiasAdd');
    switch (activation) {
      case undefined:
        return first(sum);
      case 'Relu':
        return first(this.graph.node('Relu', [sum]));
      case 'Prelu':
        return first(this.#prelu(sum, constant(3)));
      default:
        throw new Misconfigured(
          `face model: no conversion for the fused ${activation}; is the model package of the pinned version?`,
        );
    }
  }

  #prelu(input: string, slopes: Weight): string {
    return this.graph.node('PRelu', [
      input,
      this.graph.weights([slopes.data.length, 1, 1], Float32Array.from(slopes.data)),
    ]);
  }

  #constant(reference: string): Weight {
    const name = reference.replace(/:0$/, '');
    const weight = this.#weights.get(name);
    if (weight) return weight;
    const node = this.#nodes.get(name);
    const [source] = node?.input ?? [];
    if (node?.op === 'Identity' && source) return this.#constant(source);
    throw new Misconfigured(`face model: expected weights ${name}; is the model package of the pinned version?`);
  }

  #channelsLast(value: Value): string {
    return value.channelsFirst ? this.graph.node('Transpose', [value.name], { perm: [0, 2, 3, 1] }) : value.name;
  }
}

function first(name: string): Value {
  return { name, channelsFirst: true };
}

/** Height and width out of a list for batch, height, width, channels. */
function spatial(node: TfjsNode, attribute: string): number[] {
  return (node.attr?.[attribute]?.list?.i ?? []).map(Number).slice(1, 3);
}

function paddingRule(node: TfjsNode): 'SAME' | 'VALID' {
  const rule = decoded(node.attr?.['padding']?.s ?? '');
  if (rule !== 'SAME' && rule !== 'VALID')
    throw new Misconfigured(`face model: expected padding SAME or VALID, got ${rule}`);
  return rule;
}

/** TensorFlow: a pair per axis, channels last. ONNX: all starts, then all ends, channels first. */
function padAmounts({ data }: Weight): number[] {
  const axes = [0, 3, 1, 2];
  return [...axes.map((axis) => data[2 * axis] ?? 0), ...axes.map((axis) => data[2 * axis + 1] ?? 0)];
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString();
}
