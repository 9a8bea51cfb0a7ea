import { integerField, joined, lengthField, type Part } from './protobuf.ts';

/** What a node is told besides its inputs. */
export type Attribute = number | readonly number[] | string;

/** A size, or the name of one that is only known at run time. */
export type Dimension = number | string;

// ONNX IR 8 and operator set 13: what onnxruntime has read for years. Field numbers: onnx/onnx.proto3.
const irVersion = 8;
const operatorSet = 13;
const float32 = 1;
const int64 = 7;

/** Collects nodes and weights, and gives the bytes of an ONNX model. Values are called by name. */
export class OnnxGraph {
  readonly #nodes: Part[] = [];
  readonly #weights: Part[] = [];
  readonly #inputs: Part[] = [];
  readonly #outputs: Part[] = [];
  #named = 0;

  input(name: string, shape: readonly Dimension[]): string {
    this.#inputs.push(lengthField(11, valueInfo(name, shape)));
    return name;
  }

  /** A tensor that belongs to the model. @returns its name. */
  weights(shape: readonly number[], data: Float32Array | BigInt64Array): string {
    const name = this.#newName('w');
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#weights.push(
      lengthField(5, [
        ...shape.map((size) => integerField(1, size)),
        integerField(2, data instanceof Float32Array ? float32 : int64),
        lengthField(8, name),
        lengthField(9, bytes),
      ]),
    );
    return name;
  }

  /** A list of whole numbers, as the shape of a Reshape or the amounts of a Pad. */
  integers(values: readonly number[]): string {
    return this.weights([values.length], BigInt64Array.from(values, BigInt));
  }

  /** @returns the name of the node's one output. */
  node(operator: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    return this.#node(this.#newName('t'), operator, inputs, attributes);
  }

  /** Gives `value` to the outside under `name`. */
  output(name: string, value: string): void {
    this.#node(name, 'Identity', [value], {});
    this.#outputs.push(lengthField(12, valueInfo(name)));
  }

  bytes(): Uint8Array {
    const graph = [...this.#nodes, lengthField(2, 'graph'), ...this.#weights, ...this.#inputs, ...this.#outputs];
    return joined([integerField(1, irVersion), lengthField(7, graph), lengthField(8, [integerField(2, operatorSet)])]);
  }

  #node(output: string, operator: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>>) {
    this.#nodes.push(
      lengthField(1, [
        ...inputs.map((input) => lengthField(1, input)),
        lengthField(2, output),
        lengthField(3, `${output}_node`),
        lengthField(4, operator),
        ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      ]),
    );
    return output;
  }

  #newName(prefix: string): string {
    return `${prefix}${this.#named++}`;
  }
}

function attribute(name: string, value: Attribute): Part {
  if (typeof value === 'number')
    return lengthField(5, [lengthField(1, name), integerField(3, value), integerField(20, 2)]);
  if (typeof value === 'string')
    return lengthField(5, [lengthField(1, name), lengthField(4, value), integerField(20, 3)]);
  return lengthField(5, [lengthField(1, name), ...value.map((v) => integerField(8, v)), integerField(20, 7)]);
}

function valueInfo(name: string, shape?: readonly Dimension[]): Part[] {
  const dimensions = shape?.map((d) =>
    lengthField(1, [typeof d === 'string' ? lengthField(2, d) : integerField(1, d)]),
  );
  const tensor = [integerField(1, float32), ...(dimensions ? [lengthField(2, dimensions)] : [])];
  return [lengthField(1, name), lengthField(2, [lengthField(1, tensor)])];
}
