/** What a chat's model is called where nobody said it; the API has always stored it so. */
export const UNKNOWN_MODEL = 'unknown'

/** The model as people are shown it: nothing rather than "unknown". */
export function shownModel(model: string): string {
  return model.trim().toLowerCase() === UNKNOWN_MODEL ? '' : model
}
