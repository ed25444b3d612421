import Resources

/// The media types of OpenAPI documents.
enum OpenAPIEncoding: String {
  case json = "application/json"
  case version2Protobuf = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
  /// As Go's client library still spells it. It is no media type, so answers never state it.
  case version2ProtobufFormerly = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"

  /// What an `Accept` header asks for: the first that is offered.
  /// - Parameters:
  ///   - accept: empty where the client says nothing, and takes anything.
  ///   - offered: what the page is to be had in; the first is for who takes anything.
  /// - Throws: 406 where nothing fits.
  init(accept: String, offered: [OpenAPIEncoding]) throws(APIError) {
    let ranges = accept.split(separator: ",").map { range in
      range.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
    }
    for range in ranges.isEmpty ? ["*/*"] : ranges {
      let isAny = range == "*/*" || range == "application/*"
      if let found = isAny ? offered.first : offered.first(where: { $0.rawValue == range }) {
        self = found
        return
      }
    }
    throw .notAcceptable(offered: offered.map(\.rawValue).joined(separator: ", "))
  }

  var contentType: String {
    self == .version2ProtobufFormerly ? Self.version2Protobuf.rawValue : rawValue
  }
}
