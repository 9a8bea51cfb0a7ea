import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { portrait, scene, wall } from '../contract/face-pictures.ts';
import { isInstalled } from '../site/program.ts';
import { type EmulatorForTests, startEmulator } from './start-emulator.ts';

const run = promisify(execFile);
const person = '01ARZ3NDEKTSV4RRFFQ69G5FAA';
const photo = ['--image-bytes', 'fileb://man.jpg', '--external-image-id', 'photo-1', '--max-faces', '1'];

// Skipped without awscli (Debian): it is a cross-check by a client that shares no code with the SDK's for JavaScript.
describe.skipIf(!isInstalled('aws'))('the AWS CLI, where it is installed, against the emulator', () => {
  let test: EmulatorForTests;
  let folder: string;
  let environment: Record<string, string>;

  beforeAll(async () => {
    test = await startEmulator();
    folder = await mkdtemp(join(tmpdir(), 'aws-cli-'));
    environment = {
      PATH: process.env['PATH'] ?? '',
      // No file of whoever runs the test is read.
      HOME: folder,
      AWS_CONFIG_FILE: join(folder, 'config'),
      AWS_ACCESS_KEY_ID: test.emulator.key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: test.emulator.key.secretAccessKey,
      AWS_DEFAULT_REGION: 'eu-central-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_MAX_ATTEMPTS: '1',
      AWS_PAGER: '',
    };
    await Promise.all([
      writeFile(join(folder, 'man.jpg'), await portrait({ row: 0, column: 0 })),
      writeFile(join(folder, 'two.jpg'), await scene([{ row: 0, column: 2 }, 180], [{ row: 3, column: 3 }, 105])),
      writeFile(join(folder, 'wall.jpg'), await wall()),
      writeFile(join(folder, 'text.jpg'), 'no picture'),
      writeFile(
        join(folder, 'tiny.jpg'),
        await sharp(await wall())
          .resize(79)
          .toBuffer(),
      ),
      writeFile(join(folder, 'large.jpg'), Buffer.alloc(5 * 1024 * 1024 + 1)),
    ]);
  });
  afterAll(async () => {
    await test.stop();
    await rm(folder, { recursive: true });
  });

  const aws = async (operation: string, ...options: readonly string[]): Promise<unknown> => {
    const common = ['--endpoint-url', test.emulator.endpoint, '--output', 'json'];
    const { stdout } = await run('aws', ['rekognition', operation, ...options, ...common], {
      env: environment,
      cwd: folder,
    });
    return stdout.trim() === '' ? {} : JSON.parse(stdout);
  };

  it('finds faces in a picture, largest first', async () => {
    expect(await aws('detect-faces', '--image-bytes', 'fileb://two.jpg')).toMatchObject({
      FaceDetails: [
        {
          BoundingBox: { Left: expect.closeTo(0.2, 1), Width: expect.closeTo(0.3, 1) },
          Confidence: expect.any(Number),
          Pose: { Yaw: expect.any(Number) },
          Quality: { Sharpness: expect.any(Number), Brightness: expect.any(Number) },
        },
        { BoundingBox: { Left: expect.closeTo(0.7, 1) } },
      ],
    });
    expect(await aws('detect-faces', '--image-bytes', 'fileb://wall.jpg')).toEqual({ FaceDetails: [] });
  });

  it('indexes a face, finds it again, and deletes it', async () => {
    const collection = ['--collection-id', 'faces'];
    expect(await aws('create-collection', ...collection)).toMatchObject({ StatusCode: 200, FaceModelVersion: '7.0' });
    const faceId = faceIdIn(await aws('index-faces', ...collection, ...photo));
    const search = [...collection, '--image-bytes', 'fileb://two.jpg', '--face-match-threshold', '80'];
    expect(await aws('search-faces-by-image', ...search)).toMatchObject({
      FaceMatches: [{ Face: { FaceId: faceId, ExternalImageId: 'photo-1' } }],
    });
    expect(await aws('list-faces', ...collection)).toMatchObject({ Faces: [{ FaceId: faceId }] });
    expect(await aws('delete-faces', ...collection, '--face-ids', faceId)).toMatchObject({ DeletedFaces: [faceId] });
    expect(await aws('describe-collection', ...collection)).toMatchObject({ FaceCount: 0 });
    await aws('delete-collection', ...collection);
    expect(await aws('list-collections')).toMatchObject({ CollectionIds: [] });
  });

  it('enrolls a user, finds them by another picture, and forgets them', async ({ skip }) => {
    const knowsUsers = await aws('create-user', '--generate-cli-skeleton').then(
      () => true,
      () => false,
    );
    skip(!knowsUsers, 'this aws is of before June 2023 and knows no users');
    const collection = ['--collection-id', 'users'];
    const user = [...collection, '--user-id', person];
    await aws('create-collection', ...collection);
    await aws('create-user', ...user);
    const faceId = faceIdIn(await aws('index-faces', ...collection, ...photo));
    expect(await aws('associate-faces', ...user, '--face-ids', faceId)).toMatchObject({ UserStatus: 'ACTIVE' });
    const search = [...collection, '--image-bytes', 'fileb://two.jpg', '--user-match-threshold', '80'];
    expect(await aws('search-users-by-image', ...search)).toMatchObject({
      UserMatches: [{ User: { UserId: person, UserStatus: 'ACTIVE' } }],
      UnsearchedFaces: [{ Reasons: ['FACE_NOT_LARGEST'] }],
    });
    expect(await aws('list-faces', ...user)).toMatchObject({ Faces: [{ FaceId: faceId, UserId: person }] });
    expect(await aws('delete-faces', ...collection, '--face-ids', faceId)).toMatchObject({
      UnsuccessfulFaceDeletions: [{ FaceId: faceId, Reasons: ['ASSOCIATED_TO_AN_EXISTING_USER'] }],
    });
    await aws('delete-user', ...user);
    expect(await aws('delete-faces', ...collection, '--face-ids', faceId)).toMatchObject({ DeletedFaces: [faceId] });
  });

  it.each([
    [
      'what is no picture',
      'InvalidImageFormatException',
      'invalid image format',
      'detect-faces --image-bytes fileb://text.jpg',
    ],
    [
      'a picture under 80 pixels',
      'InvalidParameterException',
      'invalid parameters',
      'detect-faces --image-bytes fileb://tiny.jpg',
    ],
    ['a picture over 5 MB', 'ValidationException', "at 'image.bytes'", 'detect-faces --image-bytes fileb://large.jpg'],
    ['a collection that is not there', 'ResourceNotFoundException', 'nobody', 'list-faces --collection-id nobody'],
    ['an id that does not fit', 'ValidationException', "at 'collectionId'", 'create-collection --collection-id a/b'],
    ['a token of no page', 'InvalidPaginationTokenException', 'Pagination', 'list-collections --starting-token x'],
    [
      'what is not emulated',
      'UnknownOperationException',
      'DetectLabels',
      'detect-labels --image-bytes fileb://man.jpg',
    ],
  ])('is told of %s', async (_, code, said, command) => {
    const [operation = '', ...options] = command.split(' ');
    await expect(aws(operation, ...options)).rejects.toMatchObject(refused(code, said));
  });

  it('is told when it is throttled, and when its key is wrong', async () => {
    test.emulator.failNext('ProvisionedThroughputExceededException');
    const throttled = refused('ProvisionedThroughputExceededException', 'Rate exceeded');
    await expect(aws('list-collections')).rejects.toMatchObject(throttled);
    environment = { ...environment, AWS_SECRET_ACCESS_KEY: 'guessed' };
    await expect(aws('list-collections')).rejects.toMatchObject(refused('InvalidSignatureException', 'signature'));
    environment = { ...environment, AWS_ACCESS_KEY_ID: 'AKIASOMEBODYELSE' };
    await expect(aws('list-collections')).rejects.toMatchObject(refused('UnrecognizedClientException', 'token'));
  });
});

function faceIdIn(indexed: unknown): string {
  return /"FaceId":"([^"]+)"/.exec(JSON.stringify(indexed))?.[1] ?? '';
}

function refused(code: string, said: string) {
  return { stderr: expect.stringMatching(new RegExp(`\\(${code}\\).*${said}`, 's')) };
}
