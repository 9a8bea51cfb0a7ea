import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderImages } from '@rollcall/cloud/adapters/local/folder-images';
import { UploadTokens, uploadSecret } from '@rollcall/cloud/adapters/local/upload-tokens';
import { problemOf } from '@rollcall/cloud/http/problem';
import { uploadRoutes } from '@rollcall/cloud/http/upload';
import { imageStoreContract } from './image-store.contract.ts';

imageStoreContract({
  name: 'a folder',
  open: async (clock) => {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-images-'));
    const tokens = new UploadTokens(await uploadSecret(folder), { clock });
    const images = await FolderImages.open({ root: join(folder, 'pictures'), tokens });
    const routes = uploadRoutes({ images, openToken: (token) => tokens.open(token), onUploaded: async () => {} });
    routes.onError((error) => new Response(null, { status: problemOf(error, 'test').status }));
    return {
      images,
      upload: async (url, init) => (await routes.request(url, init)).status,
      close: () => rm(folder, { recursive: true }),
    };
  },
});
