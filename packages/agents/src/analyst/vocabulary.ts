/** Words that a question about AI spend may hold without meaning anything that the rules would miss. */
const words = `
a about above across actually add after afternoon again ago ai all almost also alternative always am an analyse analysis analyst analyze and
anomaly anomalies abnormal another any anyone anything api app application are around as ask asked assume at attach attached audit
average avg back bad batch be because been before being below best better between biggest bill bit both
breakdown break bring budget build busiest but by cache caching call came can cap case cases catalog catalogue caching cause
change chart cheap cheaper cheapest check combined come coming common company compare comparison completion
concise context contribute correlate correlation cost could couple csv currently cut cuts daily data dataset date
day days dear decline decrease delay department depend describe detail develop did difference different distribution do does done
double down drive driver drivers drove drop due duplicate during each early easily effect efficient either else end
engine error errors especially estimate even ever every everyone everything evolve example exactly expect expected
expensive explain fail failed failure failures far fast fastest faster feature february january march april may june july august
september october november december jan feb mar apr jun jul aug sep oct nov dec few figure file fill find first
fit fix five follow following for forecast four from full further future general get getting give given go goes going
gone good grew group grow growing growth had half happen happened happens has have having help here high higher highest
hit hour hourly hours how however i idea identify if impact important improve in including increase increased
input inputs instead interesting into is it items its itself jump just keep kind know large larger largest last late
latency latencies latest lead least less let like likely line list little llm log long longer longest look looking looks lot low lower
lowest made main make makes many max maximum me mean measure median metric midnight migrate min might million minimum minute
model models moment money month monthly months more moving morning most mostly move moved moving ms much my name named need
never new next night no normal not now number numbers occur odd of off offpeak often ok on once one only or order
other ought optimize optimise optimization optimisation our out outlier output outputs over overall overview own p50 p90 p95 p99 paid part past pattern pay peak
people per percent percentage percentile percentiles performance period person pick please plot point possible potential
predict predicted previous price prices pricing project projection prompt prompts provider providers put quarter
quality quick question range rank rate ratio really reason recent recently recommend recommendation record records reduce
relate related relationship relative reliability reliable repeat repeated replace report request requests respond response result
retry retries retried review right rise rising roughly route routed routing row rows run running same sample save saved saving
savings say scale second seconds see seem send sent service seven shift short shorten shorter should show shows shrink
significant shrink simulate since single six size sizes slice slow slower slowest small smaller smallest so some something sort source speed spend
spending spends spent spike spiked spikes split start starting starts statistics still strange stuff success successful successes such
sudden suddenly suggest suggestion sum summarise summarize summary suppose suspicious swap switch switched table take takes team teams
tell ten than thank that the their them then there these they thing things think this those three through throughput time times to
today together token tokens too took top total totals track traffic trend trends trim trimmed trimming triple truncate try two
type typical under unit until unusual unusually up us usage usd use used useful user users using usually value values
versus very view volume vs want was waste wasted way ways we week weekday weekend weekly weeks weird well went were what whats when where
whether which while who whole whom whose why will with within without work working worst would year years yes
yesterday yet you your dollar dollars day's i'm don't we're what's it's isn't doesn't let's invoice
`;

export const knownWords: ReadonlySet<string> = new Set(words.split(/\s+/).filter((word) => word !== ""));
