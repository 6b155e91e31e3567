export default () => (span) => {
  span.attributes.user = 'changed';
  return { user: 'module' };
};
