import Bus
import HTTPClient
import Testing

@testable import LLM

/// Answers that are none, as the providers write them.
@Suite struct ModelFailureTests {
    private func failure(_ status: Int, _ body: String, _ headers: HTTPHeaders = [:]) -> ModelFailure {
        ModelFailure(status: status, headers: headers, body: Array(body.utf8), at: Timestamp(seconds: 784_111_770))
    }

    @Test(arguments: [
        (
            429, #"{"error":{"message":"slow","type":"requests","code":"rate_limit_exceeded"}}"#,
            ModelFailure.Kind.rateLimited
        ),
        (429, #"{"error":{"message":"quota","type":"insufficient_quota","code":"insufficient_quota"}}"#, .outOfMoney),
        (
            429, #"{"error":{"message":"x","type":"insufficient_quota","code":"project_spend_limit_exceeded"}}"#,
            .outOfMoney
        ),
        (
            429,
            #"{"type":"error","error":{"type":"rate_limit_error","message":"x","details":{"error_code":"enforced_spend_limit_reached"}}}"#,
            .outOfMoney
        ),
        (
            400,
            #"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low"}}"#,
            .outOfMoney
        ),
        (402, "", .outOfMoney),
        (
            400,
            #"{"type":"error","error":{"type":"invalid_request_error","message":"You have reached your specified API usage limits."}}"#,
            .outOfMoney
        ),
        (403, #"{"code":"permission-denied","error":"Content violates usage guidelines. Team: x"}"#, .contentRefused),
        (403, #"{"error":{"code":403,"message":"x","metadata":{"flagged_input":"y"}}}"#, .contentRefused),
        (401, #"{"error":{"message":"bad","code":"invalid_api_key"}}"#, .keyRefused),
        // xAI calls a wrong key a bad request.
        (
            400, #"{"code":"Client specified an invalid argument","error":"Incorrect API key provided: xa***"}"#,
            .keyRefused
        ),
        (403, "{}", .keyRefused), (404, #"{"error":{"code":"model_not_found"}}"#, .unknownModel),
        (410, "gone", .unknownModel),
        (400, #"{"error":{"message":"too many","code":"context_length_exceeded"}}"#, .contextTooLong),
        (
            400,
            #"{"error":{"code":400,"message":"request (13392 tokens) exceeds the available context size","type":"exceed_context_size_error"}}"#,
            .contextTooLong
        ),
        (413, "", .contextTooLong), (400, #"{"error":{"code":"content_policy_violation"}}"#, .contentRefused),
        (400, #"{"error":{"message":"temperature","param":"temperature"}}"#, .badRequest), (422, "{}", .badRequest),
        (400, #"{"error":{"code":"tool_use_failed"}}"#, .badOutput),
        (503, #"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#, .overloaded),
        (529, #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#, .overloaded),
        (498, "", .overloaded), (500, "<html>oops</html>", .serverError), (504, "", .timedOut), (408, "", .timedOut),
        // A good status with a body that is no stream.
        (200, #"{"code":"The service is currently unavailable","error":"x"}"#, .overloaded),
        (200, "<html>", .malformed),
    ])
    func `what it means`(_ status: Int, _ body: String, _ kind: ModelFailure.Kind) {
        #expect(failure(status, body).kind == kind)
    }

    @Test func `hints are read where they mean something`() {
        #expect(failure(429, "", ["retry-after": "17.5"]).retryAfter == .seconds(17.5))
        #expect(failure(429, "", ["Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"]).retryAfter == .seconds(7))
        #expect(failure(429, "", ["retry-after": "60", "retry-after-ms": "250"]).retryAfter == .milliseconds(250))
        #expect(failure(400, "", ["retry-after": "60"]).retryAfter == nil)
        #expect(failure(429, "", ["retry-after": "soon"]).retryAfter == nil)
        #expect(failure(503, "", ["retry-after": "999999999999"]).retryAfter == RetryAfter.longest)
        #expect(!failure(503, "", ["x-should-retry": "false"]).mayRepeat)
        #expect(failure(503, "").mayRepeat && failure(429, "").mayRepeat)
    }

    @Test func `hints in the body count too`() {
        let soon = failure(
            429,
            #"[{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"@type":"x","retryDelay":"34.4s"}]}}]"#
        )
        #expect(soon.kind == .rateLimited && soon.retryAfter == .seconds(34.4))
        let daily = failure(
            429,
            #"[{"error":{"status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"RequestsPerDay"}]}]}}]"#
        )
        #expect(!daily.mayRepeat && daily.retryAfter == .seconds(3600))
    }

    @Test func `what follows from it`() {
        for kind in ModelFailure.Kind.allCases {
            let failure = ModelFailure(kind)
            // Whoever is asked again is no other.
            #expect(!failure.mayRepeat || failure.mayGoElsewhere, "\(kind)")
            #expect(!failure.opensBreakerAtOnce || failure.countsAgainstProvider, "\(kind)")
        }
        #expect(!ModelFailure(.badRequest).mayGoElsewhere && ModelFailure(.contextTooLong).mayGoElsewhere)
        #expect(ModelFailure(.outOfMoney).opensBreakerAtOnce && !ModelFailure(.rateLimited).opensBreakerAtOnce)
    }

    @Test func `what the other side says is not told`() {
        let failure = failure(401, #"{"error":{"message":"the key sk-planted is wrong","code":"invalid_api_key"}}"#)
        #expect("\(failure)" == "key_refused (401)")
    }
}
