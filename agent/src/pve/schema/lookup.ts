export { endpoints, findEndpoint, paramsOf, schemaSource, type FoundEndpoint } from './endpoints.ts';
