import Resources
import Testing

@testable import CEL

/// What may be written to select devices.
@Suite struct DeviceSelectorRulesTests {
  private static let attributes = #"device.attributes["gpu.example.com"]"#

  static let costs: [(String, UInt64)] = [
    ("true", 0), (#"device.driver == "gpu""#, 3), (#"device.driver == device.driver"#, 11),
    ("\(attributes).model", 4), (#"\#(attributes)["model"] == "a1""#, 5),
    (#""gpu.example.com" in device.attributes"#, 3),
    (#"device.capacity["gpu.example.com"].memory.isGreaterThan(quantity("1Gi"))"#, 6),
  ]

  @Test("what an expression may cost follows from what a slice may say", arguments: costs)
  func cost(_ expression: String, _ cost: UInt64) throws {
    let program = try DeviceSelectorRules.environment.compile(expression)
    #expect(DeviceSelectorRules.cost(of: program) == cost, "\(expression)")
  }

  private func problems(_ expression: String) -> [String] {
    DeviceSelectorRules.problems([["cel": ["expression": Document(expression)]]], at: "s")
      .map { "\($0)" }
  }

  @Test("expressions compile, and say yes or no")
  func results() {
    for good in ["\(Self.attributes).shared", "device.allowMultipleAllocations", "1 < 2"] {
      #expect(problems(good) == [], "\(good)")
    }
    #expect(
      problems("1") == [
        #"s[0].cel.expression: Invalid value: "1": must evaluate to bool or the unknown type, not int"#
      ])
    for bad in ["", "device.model", "gadget", "?!"] {
      let start =
        "s[0].cel.expression: Invalid value: \(Document(bad).jsonText): compilation failed: "
      let problems = problems(bad)
      #expect(problems.count == 1)
      #expect(problems.allSatisfy { $0.hasPrefix(start) }, "\(problems)")
    }
  }

  @Test("an expression is neither too long nor too much work")
  func limits() {
    // Around the text stand `"` and `" != ""`.
    func text(_ byteCount: Int) -> String {
      #""\#(String(repeating: "x", count: byteCount - 8))" != """#
    }
    #expect(problems(text(10 * 1024)) == [])
    #expect(
      problems(text(10 * 1024 + 1)) == [
        "s[0].cel.expression: Too long: may not be more than 10240 bytes"
      ])
    func turns(_ depth: Int) -> String {
      (0..<depth).reduce("true") { inner, level in
        "device.attributes.all(k\(level), \(inner))"
      }
    }
    #expect(problems(turns(2)) == [])
    #expect(
      problems(turns(5)) == ["s[0].cel.expression: Forbidden: too complex, exceeds cost limit"])
  }

  @Test("each request and each alternative of a claim is looked at")
  func claims() {
    func selectors(_ expression: String) -> Document {
      [["cel": ["expression": Document(expression)]]]
    }
    let spec: Document = [
      "devices": [
        "requests": [
          ["name": "r", "exactly": ["selectors": selectors("1")]],
          [
            "name": "s",
            "firstAvailable": [["selectors": selectors("true")], ["selectors": selectors("2")]],
          ],
        ]
      ]
    ]
    #expect(
      DeviceSelectorRules.claimProblems(spec, at: "spec").map(\.field) == [
        "spec.devices.requests[0].exactly.selectors[0].cel.expression",
        "spec.devices.requests[1].firstAvailable[1].selectors[0].cel.expression",
      ])
  }
}
