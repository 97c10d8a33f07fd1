import { useId } from 'react'

/** A conversation that leaves its planet for the three people it is meant for. */
export function WelcomePicture() {
  const id = useId()
  return (
    <svg
      viewBox="0 0 520 250"
      className="w-full max-w-xl"
      role="img"
      aria-label="Two speech bubbles orbit a blue planet; a link with a lock leads from it to three people."
    >
      <defs>
        <linearGradient id={`${id}-sea`} x1="0" y1="0" x2="1" y2="1">
          <stop offset="0" stopColor="#7fa6ff" />
          <stop offset="0.55" stopColor="#3f67ee" />
          <stop offset="1" stopColor="#1e35a8" />
        </linearGradient>
        <radialGradient id={`${id}-glow`}>
          <stop offset="0" stopColor="#5b8cff" stopOpacity="0.28" />
          <stop offset="1" stopColor="#5b8cff" stopOpacity="0" />
        </radialGradient>
        <clipPath id={`${id}-disc`}>
          <circle cx="170" cy="128" r="74" />
        </clipPath>
        <clipPath id={`${id}-front`}>
          <rect x="20" y="128" width="300" height="80" transform="rotate(-22 170 128)" />
        </clipPath>
      </defs>
      <circle cx="170" cy="128" r="124" fill={`url(#${id}-glow)`} />
      <g
        stroke="currentColor"
        className="text-line-strong"
        strokeWidth="2"
        strokeLinecap="round"
        opacity="0.7"
      >
        <path d="M40 40v8M36 44h8M300 22v6M297 25h6M470 40v8M466 44h8M420 214v6M417 217h6" />
      </g>
      <g className="planet-floats">
        <Ring />
        <circle cx="170" cy="128" r="74" fill={`url(#${id}-sea)`} />
        <g clipPath={`url(#${id}-disc)`} fill="none" strokeLinecap="round">
          <path d="M80 98c50 14 92-12 170 8" stroke="#a9c4ff" strokeOpacity="0.45" strokeWidth="9" />
          <path d="M86 150c60-16 96 18 176-6" stroke="#12249a" strokeOpacity="0.35" strokeWidth="12" />
          <path d="M120 178c40 8 70-6 100 2" stroke="#a9c4ff" strokeOpacity="0.3" strokeWidth="7" />
          <path d="M120 66c24 6 50 0 74 4" stroke="#ffffff" strokeOpacity="0.35" strokeWidth="6" />
        </g>
        <g clipPath={`url(#${id}-front)`}>
          <Ring />
        </g>
        <g className="text-surface">
          <path
            d="M26 34h92a14 14 0 0 1 14 14v28a14 14 0 0 1-14 14H52l-18 16V90h-8a14 14 0 0 1-14-14V48a14 14 0 0 1 14-14Z"
            fill="currentColor"
            stroke="#8fb2ff"
            strokeWidth="2"
          />
        </g>
        <path d="M34 54h74M34 70h46" stroke="#7d9af0" strokeWidth="6" strokeLinecap="round" />
        <path
          d="M190 158h86a14 14 0 0 1 14 14v30a14 14 0 0 1-14 14h-8v15l-18-15h-60a14 14 0 0 1-14-14v-30a14 14 0 0 1 14-14Z"
          fill="#2f55d9"
        />
        <path
          d="M196 179h74M196 196h48"
          stroke="#ffffff"
          strokeWidth="6"
          strokeLinecap="round"
          strokeOpacity="0.9"
        />
      </g>
      <path
        d="M300 120c40-34 76-36 110 2M306 128c40 2 68 2 104 0M300 140c36 30 72 34 110-6"
        fill="none"
        stroke="#8fb2ff"
        strokeWidth="2.5"
        strokeDasharray="1 8"
        strokeLinecap="round"
      />
      <g>
        <circle cx="350" cy="128" r="21" className="fill-surface" stroke="#8fb2ff" strokeWidth="2" />
        <rect x="341" y="126" width="18" height="13" rx="3.5" fill="#2f55d9" />
        <path d="M345 126v-4a5 5 0 0 1 10 0v4" fill="none" stroke="#2f55d9" strokeWidth="2.8" />
      </g>
      <Person x={446} y={62} colour="#f0a35c" />
      <Person x={470} y={128} colour="#2fae7c" />
      <Person x={446} y={194} colour="#d8689c" />
    </svg>
  )
}

/** Drawn behind the planet, and its nearer half once more in front. */
function Ring() {
  return (
    <ellipse
      cx="170"
      cy="128"
      rx="118"
      ry="30"
      transform="rotate(-22 170 128)"
      fill="none"
      stroke="#8fb2ff"
      strokeWidth="6"
    />
  )
}

function Person({ x, y, colour }: { readonly x: number; readonly y: number; readonly colour: string }) {
  return (
    <g transform={`translate(${x} ${y})`}>
      <circle r="27" fill={colour} fillOpacity="0.2" />
      <circle cy="-6" r="9" fill={colour} />
      <path d="M-16 17c2-11 9-15 16-15s14 4 16 15a27 27 0 0 1-32 0Z" fill={colour} />
    </g>
  )
}
