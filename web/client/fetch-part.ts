import { unreachable } from '../../src/client/api-problem.ts'
import { isServerReachable } from './api.ts'

/**
 * A part of the app that is fetched when it is needed. A failure of the import itself makes the router load the page
 * again, which is right after an upgrade; without a connection it would leave the app for the browser's error page.
 *
 * @throws ApiProblem when the server can't be reached
 */
export async function fetchPart<T>(part: Promise<T>): Promise<T> {
  try {
    return await part
  } catch (error) {
    throw (await isServerReachable()) ? error : unreachable(error)
  }
}
