/** The clip's size in pixels. */
export const clipSize = { width: 1280, height: 720 } as const;

/** Where things vanish to, in pixels: the height of the camera. */
export const horizonY = 250;

/** A corridor that ends in an open door, drawn as the camera over the inner door sees it. SVG. */
export function drawCorridor(): string {
  const { width, height } = clipSize;
  const boards = [0, 160, 320, 480, 640, 800, 960, 1120, 1280].map((x) => {
    const far = 640 + (x - 640) * 0.16;
    return `<path d="M${far} 352L${640 + (x - 640) * 2.2} 720" stroke="#8f7d68" stroke-width="2"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 1280 720">
  <defs>
    <linearGradient id="left" x1="0" x2="1"><stop offset="0" stop-color="#d9d3c6"/><stop offset="1" stop-color="#b4ad9f"/></linearGradient>
    <linearGradient id="right" x1="1" x2="0"><stop offset="0" stop-color="#e1dbcf"/><stop offset="1" stop-color="#b9b2a4"/></linearGradient>
    <linearGradient id="floor" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#9c8a74"/><stop offset="1" stop-color="#b9a68d"/></linearGradient>
    <linearGradient id="day" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#dcebf5"/><stop offset="0.7" stop-color="#c7dbe2"/><stop offset="1" stop-color="#a9b9a2"/></linearGradient>
  </defs>
  <rect width="1280" height="720" fill="#a9a294"/>
  <path d="M0 0H1280L760 150H520z" fill="#eceae4"/>
  <path d="M0 0L520 150V352L0 650z" fill="url(#left)"/>
  <path d="M1280 0L760 150V352L1280 650z" fill="url(#right)"/>
  <path d="M520 352H760L1280 650V720H0V650z" fill="url(#floor)"/>
  <g opacity="0.5">${boards.join('')}</g>
  <path d="M0 622L520 344V352L0 650zM1280 622L760 344V352L1280 650z" fill="#8d8577"/>
  <rect x="520" y="150" width="240" height="202" fill="#bfb8aa"/>
  <rect x="582" y="172" width="116" height="180" fill="#6f665a"/>
  <rect x="590" y="180" width="100" height="172" fill="url(#day)"/>
  <path d="M690 180l34 14v170l-34-12z" fill="#87603f"/>
  <path d="M540 60h200l-40 60H580z" fill="#fffdf4"/>
  <path d="M120 170L330 216V330L120 318z" fill="#a87f4f"/><path d="M130 180L322 222V324L130 309z" fill="#c9a877"/>
  <path d="M150 200l60 12v50l-60-9zM228 222l44 9v60l-44-7z" fill="#f6f3ea"/><path d="M160 268l40 5v26l-40-4z" fill="#9fb7c8"/>
  <path d="M1180 210V700L960 540V230z" fill="#8b8f94"/><path d="M1170 222V676L1072 600V228zM1060 230V590L968 526V238z" fill="#9da2a8"/>
  <path d="M1082 420v40M1050 410v36" stroke="#5b5f64" stroke-width="6"/>
  <path d="M452 430l46-4-8 66h-32z" fill="#7a5238"/>
  <path d="M474 430q-40-60-64-66 44 8 62 42-20-70-6-104 22 40 12 100 20-44 54-52-26 26-50 82z" fill="#4d7a4b"/>
</svg>`;
}
