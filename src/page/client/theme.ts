import { el } from './dom.ts'

const choices = ['auto', 'light', 'dark'] as const
type Choice = (typeof choices)[number]
const words: Readonly<Record<Choice, string>> = { auto: 'as the system', light: 'light', dark: 'dark' }
const stored = 'lb-controller-scheme'

/** Goes round: as the system, light, dark. Remembered where the browser lets us. */
export function schemeButton(): HTMLButtonElement {
  const button = el('button', { type: 'button', class: 'plain', id: 'scheme' })
  let choice: Choice = choices.find((one) => one === read()) ?? 'auto'
  const show = (): void => {
    document.documentElement.setAttribute('data-scheme', choice)
    button.textContent = { auto: '◐', light: '○', dark: '●' }[choice]
    button.setAttribute('aria-label', `Colours: ${words[choice]}`)
    button.title = `Colours: ${words[choice]}`
  }
  button.addEventListener('click', () => {
    choice = choices[(choices.indexOf(choice) + 1) % choices.length] ?? 'auto'
    try {
      localStorage.setItem(stored, choice)
    } catch {
      // Without a store it holds for this page.
    }
    show()
  })
  show()
  return button
}

function read(): string | null {
  try {
    return localStorage.getItem(stored)
  } catch {
    return null
  }
}
