/** What the rest of the program may ask PVE's API schema. */
export { endpoints, findEndpoint, paramsOf, schemaSource, type FoundEndpoint } from './endpoints.ts';
export { ROOT_ONLY } from './guest-privileges.ts';
export { requiredPrivileges } from './privileges.ts';
export { validateParams, type ParamProblem } from './validate.ts';
