import { z } from 'zod';
import { ServiceError } from './service-error.ts';

const CollectionId = z.string().regex(/^[a-zA-Z0-9_.-]{1,255}$/);
const UserId = z.string().regex(/^[a-zA-Z0-9_.:-]{1,128}$/);
const FaceId = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const ClientRequestToken = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/);
const Percent = z.number().min(0).max(100);
const NextToken = z.string().max(255).optional();
const QualityFilter = z.enum(['NONE', 'AUTO', 'LOW', 'MEDIUM', 'HIGH']);
const maxImageBytes = 5 * 1024 * 1024;
const Image = z.object({
  Bytes: z
    .string()
    .min(1)
    .refine((text) => Buffer.byteLength(text, 'base64') <= maxImageBytes, {
      message: `Member must have length less than or equal to ${maxImageBytes}`,
    })
    .optional(),
  S3Object: z.object({ Bucket: z.string().min(3).max(255), Name: z.string().min(1).max(1024) }).optional(),
});
export type Image = z.infer<typeof Image>;
/** All that there are; no more than the default ones can be had here. */
const Attribute = z.enum([
  'DEFAULT',
  'ALL',
  'AGE_RANGE',
  'BEARD',
  'EMOTIONS',
  'EYE_DIRECTION',
  'EYEGLASSES',
  'EYES_OPEN',
  'GENDER',
  'MOUTH_OPEN',
  'MUSTACHE',
  'FACE_OCCLUDED',
  'SMILE',
  'SUNGLASSES',
]);

const onCollection = { CollectionId };
const onUser = { CollectionId, UserId };
const changingUser = { ...onUser, ClientRequestToken: ClientRequestToken.optional() };

/** Of each operation, what a request may hold. Source: the API reference of 2016-06-27; unknown members are ignored, as there. */
export const requestSchemas = {
  CreateCollection: z.object(onCollection),
  DescribeCollection: z.object(onCollection),
  DeleteCollection: z.object(onCollection),
  ListCollections: z.object({ NextToken, MaxResults: z.int().min(0).max(4096).optional() }),
  CreateUser: z.object(changingUser),
  DeleteUser: z.object(changingUser),
  ListUsers: z.object({ CollectionId, NextToken, MaxResults: z.int().min(1).max(500).optional() }),
  IndexFaces: z.object({
    CollectionId,
    Image,
    ExternalImageId: z
      .string()
      .regex(/^[a-zA-Z0-9_.:-]{1,255}$/)
      .optional(),
    DetectionAttributes: z.array(Attribute).default(['DEFAULT']),
    MaxFaces: z.int().min(1).default(100),
    QualityFilter: QualityFilter.default('AUTO'),
  }),
  AssociateFaces: z.object({
    ...changingUser,
    FaceIds: z.array(FaceId).min(1).max(100),
    UserMatchThreshold: Percent.default(75),
  }),
  DisassociateFaces: z.object({ ...changingUser, FaceIds: z.array(FaceId).min(1).max(100) }),
  DeleteFaces: z.object({ CollectionId, FaceIds: z.array(FaceId).min(1).max(4096) }),
  ListFaces: z.object({
    CollectionId,
    NextToken,
    MaxResults: z.int().min(0).max(4096).optional(),
    UserId: UserId.optional(),
    FaceIds: z.array(FaceId).min(1).max(4096).optional(),
  }),
  SearchUsersByImage: z.object({
    CollectionId,
    Image,
    UserMatchThreshold: Percent.default(80),
    MaxUsers: z.int().min(1).max(500).default(500),
    QualityFilter: QualityFilter.default('NONE'),
  }),
  SearchFacesByImage: z.object({
    CollectionId,
    Image,
    FaceMatchThreshold: Percent.default(80),
    MaxFaces: z.int().min(1).max(4096).default(4096),
    QualityFilter: QualityFilter.default('NONE'),
  }),
  DetectFaces: z.object({ Image, Attributes: z.array(Attribute).default(['DEFAULT']) }),
} as const;

export type RequestOf<O extends keyof typeof requestSchemas> = z.output<(typeof requestSchemas)[O]>;

/** What runs one operation on the JSON of a request. */
export type RunOperation = (body: unknown) => object | Promise<object>;

/** Checks a request before it is run. It throws ServiceError `ValidationException`, in the words of AWS's framework. */
export function checked<S extends z.ZodType>(
  schema: S,
  run: (request: z.output<S>) => object | Promise<object>,
): RunOperation {
  return (body) => {
    const result = schema.safeParse(body);
    if (result.success) return run(result.data);
    const problems = result.error.issues.map(({ path, message }) => {
      const at = path.map((part) => (typeof part === 'string' ? part.charAt(0).toLowerCase() + part.slice(1) : part));
      return `Value at '${at.map(String).join('.')}' failed to satisfy constraint: ${message}`;
    });
    const count = `${problems.length} validation error${problems.length > 1 ? 's' : ''} detected`;
    throw new ServiceError('ValidationException', `${count}: ${problems.join('; ')}`);
  };
}
