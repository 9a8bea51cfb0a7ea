/**
 * Goes up whenever the same picture gives another vector: other weights, another alignment, another normalization. Vectors of different versions
 * are never compared; a test against stored numbers fails when this was forgotten.
 */
export const pipelineVersion = '1';
