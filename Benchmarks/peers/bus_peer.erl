%% The same figures as BusBench, for message passing between Erlang processes: one line of JSON.
%% erlc bus_peer.erl && erl -noshell -run bus_peer main throughput SUBSCRIBERS PUBLISHES BATCH WINDOW
%%                      erl -noshell -run bus_peer main latency SUBSCRIBERS SECONDS
%%
%% An event is a tuple of eight words without an envelope. The publisher waits when the slowest subscriber is WINDOW
%% events behind, as BusBench does; a window larger than PUBLISHES lets the mailboxes grow without bound.
-module(bus_peer).
-export([main/1, sink/4, timed/2]).

main(["throughput", Subscribers, Publishes, Batch, Window]) ->
    throughput(list_to_integer(Subscribers), list_to_integer(Publishes), list_to_integer(Batch),
               list_to_integer(Window)),
    halt();
main(["latency", Subscribers, Seconds]) ->
    latency(list_to_integer(Subscribers), list_to_integer(Seconds)),
    halt();
main(_) ->
    io:format("usage: bus_peer throughput SUBSCRIBERS PUBLISHES BATCH WINDOW | latency SUBSCRIBERS SECONDS~n"),
    halt(64).

%% How many events a second are sent and handled.

throughput(Count, Publishes, Batch, Window) ->
    Handled = counters:new(Count, []),
    Me = self(),
    Pids = [spawn_link(?MODULE, sink, [Me, Handled, Index, 0]) || Index <- lists:seq(1, Count)],
    Start = erlang:monotonic_time(nanosecond),
    Sent = publish(Pids, Handled, Count, 0, Publishes, Batch, Window),
    [Pid ! stop || Pid <- Pids],
    [receive {done, Pid} -> ok end || Pid <- Pids],
    Seconds = (erlang:monotonic_time(nanosecond) - Start) / 1.0e9,
    io:format("{\"bench\":\"bus\",\"peer\":\"erlang\",\"mode\":\"throughput\",\"subscribers\":~b,\"batch\":~b,"
              "\"publishes_per_s\":~b,\"deliveries_per_s\":~b}~n",
              [Count, Batch, round(Sent / Seconds), round(Sent * Count / Seconds)]).

publish(_, _, _, Sent, Publishes, _, _) when Sent >= Publishes -> Sent;
publish(Pids, Handled, Count, Sent, Publishes, 1, Window) ->
    burst(Pids, Sent, 64),
    await(Handled, Count, Sent + 64 - Window),
    publish(Pids, Handled, Count, Sent + 64, Publishes, 1, Window);
publish(Pids, Handled, Count, Sent, Publishes, Batch, Window) ->
    Events = {batch, [event(Sent + Number) || Number <- lists:seq(1, Batch)]},
    [Pid ! Events || Pid <- Pids],
    await(Handled, Count, Sent + Batch - Window),
    publish(Pids, Handled, Count, Sent + Batch, Publishes, Batch, Window).

burst(_, _, 0) -> ok;
burst(Pids, Number, Left) ->
    Event = event(Number),
    [Pid ! Event || Pid <- Pids],
    burst(Pids, Number + 1, Left - 1).

event(Number) -> {event, Number, 1, 2, 3, 4, 5, 6}.

%% Waits until each of the first Index subscribers has handled so many.
await(_, 0, _) -> ok;
await(Handled, Index, Until) ->
    case counters:get(Handled, Index) >= Until of
        true -> await(Handled, Index - 1, Until);
        false -> erlang:yield(), await(Handled, Index, Until)
    end.

sink(Parent, Handled, Index, Sum) ->
    receive
        {event, Number, _, _, _, _, _, Last} ->
            counters:add(Handled, Index, 1),
            sink(Parent, Handled, Index, Sum + Number + Last);
        {batch, Events} ->
            counters:add(Handled, Index, length(Events)),
            sink(Parent, Handled, Index, lists:foldl(fun({_, Number, _, _, _, _, _, Last}, Total) ->
                                                         Total + Number + Last
                                                     end, Sum, Events));
        stop -> Parent ! {done, self()}
    end.

%% How late events arrive that are sent one at a time.

latency(Count, Seconds) ->
    Me = self(),
    Pids = [spawn_link(?MODULE, timed, [Me, []]) || _ <- lists:seq(1, Count)],
    pace(Pids, Seconds * 1000),
    [Pid ! stop || Pid <- Pids],
    Times = lists:sort(lists:append([receive {times, Pid, Own} -> Own end || Pid <- Pids])),
    io:format("{\"bench\":\"bus\",\"peer\":\"erlang\",\"mode\":\"latency\",\"subscribers\":~b,"
              "\"events_per_s\":1000,\"p50_us\":~.3f,\"p99_us\":~.3f}~n",
              [Count, at(Times, 50), at(Times, 99)]).

at(Sorted, Percent) -> lists:nth(max(1, length(Sorted) * Percent div 100), Sorted) / 1000.

%% Erlang's timers count milliseconds: one event after each, which is an easier pace than BusBench's.
pace(_, 0) -> ok;
pace(Pids, Left) ->
    timer:sleep(1),
    Now = erlang:monotonic_time(nanosecond),
    [Pid ! {at, Now} || Pid <- Pids],
    pace(Pids, Left - 1).

timed(Parent, Times) ->
    receive
        {at, Then} -> timed(Parent, [erlang:monotonic_time(nanosecond) - Then | Times]);
        stop -> Parent ! {times, self(), Times}
    end.
