/** A style sheet that a part of the page brings along comes as its text. */
declare module "*.css" {
  const rules: string;
  export default rules;
}
