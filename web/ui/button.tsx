import type { ComponentProps } from 'react'
import { Spinner } from './spinner.tsx'

const LOOKS = {
  primary: 'bg-accent-solid text-white hover:not-disabled:bg-accent-solid-hover shadow-card',
  secondary: 'border border-line-strong bg-surface text-ink hover:not-disabled:bg-sunken',
  quiet: 'text-ink hover:not-disabled:bg-sunken',
  danger: 'bg-danger-solid text-white hover:not-disabled:brightness-90 shadow-card',
  'quiet-danger': 'text-danger hover:not-disabled:bg-danger-soft',
} as const

const SIZES = {
  normal: 'min-h-11 px-4 gap-2 text-[0.9375rem]',
  small: 'min-h-9 px-3 gap-1.5 text-sm',
  icon: 'size-11 justify-center',
  'small-icon': 'size-9 justify-center',
} as const

export type ButtonLook = keyof typeof LOOKS

export function buttonClass(look: ButtonLook = 'secondary', size: keyof typeof SIZES = 'normal'): string {
  return `button inline-flex items-center justify-center rounded-[0.625rem] font-medium whitespace-nowrap transition-colors select-none disabled:opacity-60 disabled:cursor-default data-disabled:opacity-60 ${LOOKS[look]} ${SIZES[size]}`
}

interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: ButtonLook
  readonly size?: keyof typeof SIZES
  /** shows progress; the button stays in reach of the keyboard but does nothing */
  readonly isBusy?: boolean
}

export function Button({
  look,
  size,
  isBusy = false,
  className = '',
  children,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`${buttonClass(look, size)} ${className}`}
      aria-busy={isBusy || undefined}
      aria-disabled={isBusy || undefined}
      onClick={(event) => {
        if (isBusy) event.preventDefault()
        else onClick?.(event)
      }}
    >
      {isBusy && <Spinner className="size-4" />}
      {children}
    </button>
  )
}
