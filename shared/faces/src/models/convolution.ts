import type { OnnxGraph } from './onnx-graph.ts';

/** A kernel in TensorFlow's order: height, width, input channels, output channels (or multiplier, when depthwise). */
export interface Kernel {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

export interface ConvolutionOptions {
  readonly strides: readonly number[];
  /** Pixels on each side, or TensorFlow's rules. */
  readonly padding: 'SAME' | 'VALID' | number;
  /** Each input channel has kernels of its own. */
  readonly depthwise?: boolean;
  readonly bias?: Float32Array;
}

/** Adds a convolution on a channels-first tensor. @returns the name of its output. */
export function convolution(graph: OnnxGraph, input: string, kernel: Kernel, options: ConvolutionOptions): string {
  const [height = 1, width = 1, inputs = 1, outputs = 1] = kernel.shape;
  const depthwise = options.depthwise ?? false;
  const shape = depthwise ? [inputs * outputs, 1, height, width] : [outputs, inputs, height, width];
  const inputNames = [input, graph.weights(shape, channelsFirst(kernel, depthwise))];
  if (options.bias) inputNames.push(graph.weights([options.bias.length], options.bias));
  return graph.node('Conv', inputNames, {
    strides: options.strides,
    kernel_shape: [height, width],
    group: depthwise ? inputs : 1,
    ...padding(options.padding),
  });
}

/** TensorFlow's padding rules as ONNX names them. */
export function padding(rule: 'SAME' | 'VALID' | number): Record<string, string | number[]> {
  if (typeof rule === 'number') return { pads: [rule, rule, rule, rule] };
  return { auto_pad: rule === 'SAME' ? 'SAME_UPPER' : 'VALID' };
}

function channelsFirst({ shape, data }: Kernel, depthwise: boolean): Float32Array {
  const [height = 1, width = 1, inputs = 1, outputs = 1] = shape;
  const area = height * width;
  const turned = new Float32Array(data.length);
  for (let pixel = 0; pixel < area; pixel++) {
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < outputs; o++) {
        const kernel = depthwise ? i * outputs + o : o * inputs + i;
        turned[kernel * area + pixel] = data[(pixel * inputs + i) * outputs + o] ?? 0;
      }
    }
  }
  return turned;
}
