import Resources

/// Types that reach every kind of field between them.
private let types = [
  "io.k8s.api.core.v1.Pod", "io.k8s.api.core.v1.Secret", "io.k8s.api.events.v1.Event",
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition",
].compactMap(Schema.builtin.type(named:))

/// Called by libFuzzer with each input. The first byte says which parser gets the rest, and as what.
/// What a parser takes has to be the same after writing and reading.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = Array(UnsafeBufferPointer(start: data, count: count))
  guard let choice = input.first else { return 0 }
  let body = Array(input.dropFirst())
  let type = types[Int(choice >> 2) % types.count]
  switch choice & 3 {
  case 0: json(body, type)
  case 1: protobuf(body, type)
  case 2: yaml(body)
  default: _ = try? Document(json: body)
  }
  return 0
}

private func json(_ body: [UInt8], _ type: SchemaType) {
  guard let result = try? DocumentParser.parse(json: body, as: type, validation: .ignore) else {
    return
  }
  let again = try? DocumentParser.parse(json: result.document.json, as: type)
  precondition(again?.document == result.document, "JSON does not survive")
}

private func protobuf(_ body: [UInt8], _ type: SchemaType) {
  let codec = ProtobufCodec.builtin
  guard let document = try? codec.decode(message: body, as: type) else { return }
  let again = try? codec.decode(message: codec.message(document, as: type), as: type)
  precondition(again == document, "protobuf does not survive")
}

private func yaml(_ body: [UInt8]) {
  guard let documents = try? Document.documents(yaml: body) else { return }
  for document in documents where !document.isNull {
    let again = try? Document.documents(yaml: document.yaml)
    precondition(again == [document], "YAML does not survive")
  }
}
