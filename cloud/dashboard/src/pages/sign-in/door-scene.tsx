/** A drawn doorway and the marks that come out of it. Decoration. */
export function DoorScene() {
  return (
    <svg viewBox="0 0 520 440" aria-hidden="true" fill="none">
      <rect x="52" y="48" width="176" height="340" rx="12" fill="var(--rc-panel)" stroke="var(--rc-line-strong)" />
      <path d="M76 388V92a20 20 0 0 1 20-20h88a20 20 0 0 1 20 20v296" fill="var(--rc-accent-soft)" />
      <circle cx="140" cy="196" r="34" fill="var(--rc-accent)" opacity=".9" />
      <path d="M82 388v-60a58 58 0 0 1 116 0v60" fill="var(--rc-accent)" opacity=".9" />
      <g stroke="var(--rc-accent)" strokeWidth="3" strokeLinecap="round">
        <path d="M92 164v-16h16M188 164v-16h-16M92 230v16h16M188 230v16h-16" />
      </g>
      <path d="M20 388h480" stroke="var(--rc-line-strong)" />
      <Row y={96} color="var(--rc-present)" width={98} />
      <Row y={168} color="var(--rc-present)" width={74} />
      <Row y={240} color="var(--rc-late)" width={110} />
      <Row y={312} color="var(--rc-neutral)" width={84} />
    </svg>
  );
}

function Row({ y, color, width }: { y: number; color: string; width: number }) {
  return (
    <g>
      <rect x="268" y={y} width="216" height="54" rx="12" fill="var(--rc-panel)" stroke="var(--rc-line)" />
      <circle cx="296" cy={y + 27} r="13" fill="var(--rc-neutral-soft)" />
      <rect x="320" y={y + 17} width={width} height="8" rx="4" fill="var(--rc-line-strong)" />
      <rect x="320" y={y + 31} width="46" height="6" rx="3" fill="var(--rc-line)" />
      <circle cx="460" cy={y + 27} r="6" fill={color} />
    </g>
  );
}
