/// The messages of OpenAPI v2 as gnostic numbers them. What no document here holds (security, tags,
/// files) has no entry.
extension OpenAPIMessage {
  enum Name: Sendable, CaseIterable {
    case document, info, paths, pathItem, operation, bodyParameter, queryParameter, otherParameter
    case primitiveItems, responses, response, schema, externalDocs, reference
  }

  static let version2: [Name: OpenAPIMessage] = [
    .document: OpenAPIMessage(
      [
        "swagger": Field(1, .text), "info": Field(2, .message(.info)), "host": Field(3, .text),
        "basePath": Field(4, .text), "schemes": Field(5, .list(.text)),
        "consumes": Field(6, .list(.text)), "produces": Field(7, .list(.text)),
        "paths": Field(8, .message(.paths)), "definitions": Field(9, .named(1, .message(.schema))),
        "parameters": Field(10, .named(1, .parameter)),
        "responses": Field(11, .named(1, .message(.response))),
      ], extensions: 16),
    .info: OpenAPIMessage(
      ["title": Field(1, .text), "version": Field(2, .text), "description": Field(3, .text)],
      extensions: 7),
    .paths: OpenAPIMessage([:], extensions: 1, others: Field(2, .message(.pathItem))),
    .pathItem: OpenAPIMessage(
      [
        "$ref": Field(1, .text), "get": Field(2, .message(.operation)),
        "put": Field(3, .message(.operation)), "post": Field(4, .message(.operation)),
        "delete": Field(5, .message(.operation)), "options": Field(6, .message(.operation)),
        "head": Field(7, .message(.operation)), "patch": Field(8, .message(.operation)),
        "parameters": Field(9, .list(.parameterOrReference)),
      ], extensions: 10),
    .operation: OpenAPIMessage(
      [
        "tags": Field(1, .list(.text)), "summary": Field(2, .text),
        "description": Field(3, .text), "externalDocs": Field(4, .message(.externalDocs)),
        "operationId": Field(5, .text), "produces": Field(6, .list(.text)),
        "consumes": Field(7, .list(.text)), "parameters": Field(8, .list(.parameterOrReference)),
        "responses": Field(9, .message(.responses)), "schemes": Field(10, .list(.text)),
        "deprecated": Field(11, .flag),
      ], extensions: 13),
    .bodyParameter: OpenAPIMessage(
      [
        "description": Field(1, .text), "name": Field(2, .text), "in": Field(3, .text),
        "required": Field(4, .flag), "schema": Field(5, .message(.schema)),
      ], extensions: 6),
    .queryParameter: OpenAPIMessage(
      [
        "required": Field(1, .flag), "in": Field(2, .text), "description": Field(3, .text),
        "name": Field(4, .text), "allowEmptyValue": Field(5, .flag), "type": Field(6, .text),
        "format": Field(7, .text), "items": Field(8, .message(.primitiveItems)),
        "collectionFormat": Field(9, .text), "default": Field(10, .any),
        "maximum": Field(11, .number), "minimum": Field(13, .number), "pattern": Field(17, .text),
        "uniqueItems": Field(20, .flag), "enum": Field(21, .list(.any)),
      ], extensions: 23),
    .otherParameter: OpenAPIMessage(
      [
        "required": Field(1, .flag), "in": Field(2, .text), "description": Field(3, .text),
        "name": Field(4, .text), "type": Field(5, .text), "format": Field(6, .text),
        "items": Field(7, .message(.primitiveItems)), "collectionFormat": Field(8, .text),
        "default": Field(9, .any), "maximum": Field(10, .number), "minimum": Field(12, .number),
        "pattern": Field(16, .text), "uniqueItems": Field(19, .flag),
        "enum": Field(20, .list(.any)),
      ], extensions: 22),
    .primitiveItems: OpenAPIMessage(
      [
        "type": Field(1, .text), "format": Field(2, .text),
        "items": Field(3, .message(.primitiveItems)), "collectionFormat": Field(4, .text),
        "default": Field(5, .any), "pattern": Field(12, .text), "enum": Field(16, .list(.any)),
      ], extensions: 18),
    .responses: OpenAPIMessage(
      [:], extensions: 2, others: Field(1, .wrapped(1, .message(.response)))),
    .response: OpenAPIMessage(
      [
        "description": Field(1, .text), "schema": Field(2, .wrapped(1, .message(.schema))),
      ], extensions: 5),
    .externalDocs: OpenAPIMessage(
      ["description": Field(1, .text), "url": Field(2, .text)], extensions: 3),
    .reference: OpenAPIMessage(["$ref": Field(1, .text), "description": Field(2, .text)]),
    .schema: schema2,
  ]

  private static let schema2 = OpenAPIMessage(
    [
      "$ref": Field(1, .text), "format": Field(2, .text), "title": Field(3, .text),
      "description": Field(4, .text), "default": Field(5, .any),
      "multipleOf": Field(6, .number), "maximum": Field(7, .number),
      "exclusiveMaximum": Field(8, .flag), "minimum": Field(9, .number),
      "exclusiveMinimum": Field(10, .flag), "maxLength": Field(11, .integer),
      "minLength": Field(12, .integer), "pattern": Field(13, .text),
      "maxItems": Field(14, .integer), "minItems": Field(15, .integer),
      "uniqueItems": Field(16, .flag), "maxProperties": Field(17, .integer),
      "minProperties": Field(18, .integer), "required": Field(19, .list(.text)),
      "enum": Field(20, .list(.any)),
      "additionalProperties": Field(21, .flagOrMessage(flag: 2, message: 1, .schema)),
      "type": Field(22, .wrapped(1, .list(.text))),
      "items": Field(23, .wrapped(1, .list(.message(.schema)))),
      "allOf": Field(24, .list(.message(.schema))),
      "properties": Field(25, .named(1, .message(.schema))), "discriminator": Field(26, .text),
      "readOnly": Field(27, .flag), "externalDocs": Field(29, .message(.externalDocs)),
      "example": Field(30, .any),
    ], extensions: 31)
}
