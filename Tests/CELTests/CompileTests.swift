import Resources
import Testing

@testable import CEL

@Suite struct CompileTests {
  private static func problem(_ source: String) -> String? {
    let pod = Schema.builtin.type(group: "apps", version: "v1", kind: "Deployment")
    guard let pod else { return "no schema" }
    let environment = Environment(variables: ["object": CELType(pod), "any": .dyn])
    do throws(CompileError) {
      _ = try environment.compile(source)
      return nil
    } catch {
      return error.description
    }
  }

  @Test(
    "what cannot work is refused before it runs, in the words of cel-go",
    arguments: [
      (
        "object.spec.replicas > '1'",
        "found no matching overload for '_>_' applied to '(int, string)'"
      ),
      (
        "'got ' + object.spec.replicas",
        "found no matching overload for '_+_' applied to '(string, int)'"
      ),
      ("object.spec.maxRetries < 10", "undefined field 'maxRetries'"),
      ("foo > 1", "undeclared reference to 'foo' (in container '')"),
      ("self = 42", "Syntax error: "), ("1 +", "Syntax error: mismatched input '<EOF>' expecting "),
      ("f(1)", "undeclared reference to 'f' (in container '')"),
      ("'a'.size(1)", "found no matching overload for 'size' applied to 'string.(int)'"),
      ("has(any)", "invalid argument to has() macro"),
      ("[1].all(a.b, true)", "argument must be a simple name"),
      ("1 ? 2 : 3", "found no matching overload for '_?_:_' applied to '(int, int, int)'"),
      ("object.metadata.name.first", "type 'string' does not support field selection"),
      ("any.all(x, 1)", "expected type 'bool' but found 'int'"),
      ("if", "Syntax error: reserved identifier: if"),
      ("'a", "Syntax error: token recognition error"), ("[1", "Syntax error: "),
      ("Object{}", "undeclared reference to 'Object' (in container '')"),
    ])
  func refused(_ source: String, _ message: String) throws {
    let problem = try #require(Self.problem(source))
    #expect(problem.contains(message), "\(problem)")
  }

  @Test(
    "what may work compiles",
    arguments: [
      "object.spec.replicas > 1", "object.metadata.labels['a'] == 'b'",
      "object.spec.template.spec.containers.all(c, c.name != '')",
      "any.x.y > 1 && any.size() > 2",
      "has(object.metadata.annotations) && 'a' in object.metadata.annotations",
      "object.spec.strategy.rollingUpdate.maxSurge == 1", "object.?spec.replicas.orValue(1) > 0",
    ])
  func accepted(_ source: String) {
    #expect(Self.problem(source) == nil)
  }

  @Test("an issue is shown under its line")
  func place() {
    #expect(
      Self.problem("true &&\n  foo")
        == "ERROR: <input>:2:3: undeclared reference to 'foo' (in container '')\n |   foo\n | ..^")
  }

  @Test(
    "nesting without end is refused, not a crash",
    arguments: [
      "(", "[", "-(", "!(", "1 + (", "a(", "{1: ", "true ? true : ", "a.b(", "a[", "[1].map(x, ",
    ])
  func nesting(_ part: String) {
    let source = String(repeating: part, count: 20_000) + "1"
    #expect(Self.problem(source) != nil)
  }

  @Test("long chains are refused or run, not a crash", arguments: ["+", "&&", "-", "in", "=="])
  func chains(_ symbol: String) {
    let term = symbol == "&&" ? "true" : "1"
    // As many as fit the limit on an expression's length.
    let count = symbol == "&&" ? 12_000 : 20_000
    let source = Array(repeating: term, count: count).joined(separator: " \(symbol) ")
    if symbol == "&&" {
      #expect(Self.problem(source) == nil)
    } else {
      #expect(Self.problem(source)?.contains("max recursion depth exceeded") == true)
    }
  }

  @Test("bytes that make no sense are refused", arguments: 1...300)
  func noise(_ seed: UInt64) {
    let words = [
      "object", ".", "(", ")", "[", "]", "1", "'a'", "+", "?", ":", "all", "x", ",", "{", "}", "&&",
      "has", "[?", ".?", "in", "!", "-", "\\", "`", "0x", "é", "\"", "\u{0}", "map", "b'\\x",
    ]
    var state = seed
    var source = ""
    for _ in 0..<40 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      source += words[Int(state >> 33) % words.count]
    }
    // Nearly all are refused; that one passes is no harm, that one crashes is.
    let problem = Self.problem(source)
    #expect(problem == nil || problem?.isEmpty == false)
  }
}

@Suite struct CostTests {
  @Test(
    "an expression that costs too much is stopped",
    arguments: [
      "[1,2,3,4,5,6,7,8,9,10].all(a, [1,2,3,4,5,6,7,8,9,10].all(b, [1,2,3,4,5,6,7,8,9,10].all(c, [1,2,3,4,5,6,7,8,9,10].all(d, [1,2,3,4,5,6,7,8,9,10].all(e, [1,2,3,4,5,6,7,8,9,10].all(f, true))))))",
      "cel.bind(a, 'xxxxxxxxxxxxxxxx', cel.bind(b, a+a+a+a+a+a+a+a, cel.bind(c, b+b+b+b+b+b+b+b, cel.bind(d, c+c+c+c+c+c+c+c, cel.bind(e, d+d+d+d+d+d+d+d, cel.bind(f, e+e+e+e+e+e+e+e, cel.bind(g, f+f+f+f+f+f+f+f, cel.bind(h, g+g+g+g+g+g+g+g, h+h+h+h))))))))  == ''",
      "cel.bind(a, 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', cel.bind(b, a.replace('x', a), cel.bind(c, b.replace('x', b), cel.bind(d, c.replace('x', c), d.replace('x', d))))).size() == 0",
      "cel.bind(a, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', cel.bind(b, a.replace('a', a), b.replace('a', b))).matches('(a{1,400}){1,5}b')",
    ])
  func stopped(_ source: String) {
    #expect(Sample.failure(source) == "operation cancelled: actual cost limit exceeded")
  }

  @Test("what an expression costs is taken from the budget it shares")
  func shared() throws {
    var budget = CostBudget(remaining: 50)
    let program = try Environment(variables: [:]).compile("[1, 2, 3].all(x, x > 0)")
    _ = try program.evaluate([:], &budget)
    #expect(budget.remaining < 40 && budget.remaining > 0)
    #expect(throws: EvaluationError.costExceeded) {
      for _ in 0..<5 { _ = try program.evaluate([:], &budget) }
    }
  }
}
