import Resources

let clock = ContinuousClock()
let start = clock.now
let schema = Schema.builtin
print("schema: \(clock.now - start)")

for sample in samples {
  guard let type = schema.type(named: sample.type) else { continue }
  let bytes = sample.json
  let parse = try nanoseconds {
    blackHole(try DocumentParser.parse(json: bytes, as: type))
  }
  let free = try nanoseconds {
    blackHole(try Document(json: bytes))
  }
  let document = try DocumentParser.parse(json: bytes, as: type).document
  let encode = nanoseconds { blackHole(document.json) }
  let rate = { (nanoseconds: Double) in Int(Double(bytes.count) / nanoseconds * 1000) }
  print(sample.name, bytes.count, "bytes,", document.nodes.count, "nodes")
  print("  guided parse \(Int(parse)) ns \(rate(parse)) MB/s")
  print("  free parse \(Int(free)) ns \(rate(free)) MB/s")
  print("  encode \(Int(encode)) ns \(rate(encode)) MB/s")
}
