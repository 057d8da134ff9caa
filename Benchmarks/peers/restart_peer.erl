%% The same figures as RestartBench, for Erlang's own supervisor: one line of JSON.
%% erlc restart_peer.erl && erl -noshell -s restart_peer main
-module(restart_peer).
-behaviour(supervisor).
-export([main/0, init/1, start_victim/2, victim/2]).

main() ->
    logger:set_primary_config(level, none),
    process_flag(trap_exit, true),
    Paced = lists:sort(run(one_for_one, 1, 1000, 5)),
    {Micros, BackToBack0} = timer:tc(fun() -> run(one_for_one, 1, 20000, 0) end),
    BackToBack = lists:sort(BackToBack0),
    Group = lists:sort(run(one_for_all, 100, 200, 1)),
    io:format("{\"bench\":\"restart\",\"peer\":\"erlang\",\"paced_p50_us\":~.3f,\"paced_p99_us\":~.3f,"
              "\"back_to_back_p50_us\":~.3f,\"back_to_back_p99_us\":~.3f,\"back_to_back_per_s\":~b,"
              "\"one_for_all_100_p50_us\":~.3f,\"one_for_all_100_p99_us\":~.3f}~n",
              [at(Paced, 50), at(Paced, 99), at(BackToBack, 50), at(BackToBack, 99),
               round(20000 / Micros * 1000000), at(Group, 50), at(Group, 99)]),
    halt().

at(Sorted, Percent) -> lists:nth(max(1, length(Sorted) * Percent div 100), Sorted) / 1000.

%% Fault of one child until all that it takes down are ready again, in nanoseconds.
run(Strategy, Children, Count, Pause) ->
    {ok, Supervisor} = supervisor:start_link(?MODULE, {Strategy, Children, self()}),
    Pids = wait(Children),
    Times = strike(Count, Pause, Strategy, Children, Pids, []),
    unlink(Supervisor),
    exit(Supervisor, shutdown),
    timer:sleep(200),
    Times.

strike(0, _, _, _, _, Times) -> Times;
strike(Count, Pause, Strategy, Children, [Victim | _], Times) ->
    if Pause > 0 -> timer:sleep(Pause); true -> ok end,
    Start = erlang:monotonic_time(nanosecond),
    Victim ! strike,
    Next = wait(Children),
    strike(Count - 1, Pause, Strategy, Children, Next, [erlang:monotonic_time(nanosecond) - Start | Times]).

wait(Count) -> [receive {ready, Pid} -> Pid end || _ <- lists:seq(1, Count)].

%% The supervisor keeps every restart of the period: one second is the shortest it can be.
init({Strategy, Children, Board}) ->
    {ok, {#{strategy => Strategy, intensity => 1000000000, period => 1},
          [#{id => Index, start => {?MODULE, start_victim, [Index, Board]}, restart => permanent}
           || Index <- lists:seq(1, Children)]}}.

start_victim(_, Board) -> proc_lib:start_link(?MODULE, victim, [self(), Board]).

victim(Parent, Board) ->
    proc_lib:init_ack(Parent, {ok, self()}),
    Board ! {ready, self()},
    receive strike -> exit(struck) end.
