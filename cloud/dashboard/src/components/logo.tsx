/** The mark: a doorway with a tick in it. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 64 64" aria-hidden="true">
      <rect width="64" height="64" rx="15" fill="#5058d8" />
      <path d="M18 13h28v38H18z" fill="none" stroke="#fff" strokeOpacity=".45" strokeWidth="4" strokeLinejoin="round" />
      <path
        d="m24.5 33 6 6.500L41.500 26"
        fill="none"
        stroke="#fff"
        strokeWidth="5.500"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
