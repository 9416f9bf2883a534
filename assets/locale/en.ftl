# Words of the window. Numbers come with their units from the program, already written; keep both files in step.
# `x-hint` is the longer line of a tooltip.

## Everywhere

start = Start
not-a-device = Training and research tool, not a medical device
settings = Settings
open = Open…
open-hint = Open a case file
back = Back
back-hint = Back to the cases
resume = Resume
compare = Compare
drill = Drill
undo = Undo
redo = Redo
close = Close
search = Search
yes = Yes
no = No
procedure-pvp = PVP
procedure-pkp = PKP
mode-guided = guided
mode-practice = practice
mode-exam = exam
sex-f = female
sex-m = male

## Debrief: time

debrief-key-space = Space
what-if-cancel = Cancel
debrief-play = Play
debrief-pause = Pause
debrief-speed = Speed of playing
debrief-time = Time in the operation
debrief-nothing-injected = No cement was injected, so there are no curves
event-lateral = lateral picture
event-ap = AP picture
event-tool = tool or balloon
event-mix = cement mixed
event-push = push
event-pause = pause
event-leak = leak { $class } begins
event-stop = end of the injection
plot-pressure = Pressure
plot-syringe = syringe
plot-tip = tip
plot-volume = Volume
plot-injected = injected
plot-viscosity = Viscosity
plot-leaked = Leaked

## Debrief: pictures

debrief-ap = AP
debrief-lateral = lateral
debrief-as-seen = What you saw
debrief-truth = Truth now
debrief-no-picture-yet = No picture had been taken by now
debrief-picture-in-the-making = making the picture…

## Debrief: facts and leaks

debrief-paths = Paths: grade and least bone around the tool
debrief-left = left
debrief-right = right
debrief-figures = Figures
debrief-goals = What the case asked for
goal-met = met
goal-missed = missed
debrief-leaks = Leaks
debrief-no-leak = No cement left the bone
debrief-why = Why?
debrief-why-hint = Show the way that the cement took, in 3D and on the pictures
debrief-report = Report
debrief-report-hint = Save the report as a file
debrief-again = Again
debrief-again-hint = The same case once more
debrief-curves = Curves
leak-onset = from { $time }, { $ml } ml in
leak-seen = seen
leak-unseen = not seen
why-vein = Cement reached the vein “{ $route }” { $mm } mm from the tip, after { $ml } ml.
why-vein-size = There the vein is { $radius } mm in radius; { $along } mm along it the cement left the bone, after { $ml } ml.
why-opening = The way out “{ $route }” lay { $mm } mm from the tip. Cement took { $along } mm to it and left the bone after { $ml } ml.
why-open-bone = The bone on the way is open: { $times } times as permeable as half of this body.
why-tight-bone = The bone on the way is tight: { $times } times as permeable as half of this body.
why-usual-bone = The bone on the way is as permeable as elsewhere in this body ({ $times } times).
why-unknown = The way of this cement is not known
figure-leaked = leaked in all
figure-leaked-b = leaked B, basivertebral vein
figure-leaked-s = leaked S, segmental vein
figure-leaked-c = leaked C, cortical defect
figure-leaked-d = leaked D, into a disc
figure-leaked-t = leaked T, along the needle
figure-first-leak = injected at the first leak
figure-injected = injected
figure-in-body = in the body
figure-fill = fill of the body
figure-tip-pressure = highest pressure at the tip
figure-syringe-pressure = highest pressure in the syringe
figure-viscosity = viscosity at the first push
figure-age = age of the cement at the first push
figure-cavity = cavity
figure-balloon-pressure = highest pressure of a balloon
figure-margin = least bone around a tool
figure-pictures = pictures taken
figure-dose = dose-area product
figure-time = time

## What if

what-if = What if
what-if-later = { $seconds } s later
what-if-later-tip = The same operation with thicker cement: every push comes later
what-if-deeper = tip { $mm } mm further
what-if-deeper-tip = The same operation with the tips further along their lines
what-if-product = other cement
what-if-product-tip = The same operation with the cement chosen beside
what-if-procedure = as { $procedure }
what-if-procedure-tip = The other procedure along the same lines, by the script
what-if-replayed = Your own actions, done again with the change
what-if-scripted = The changed plan, carried out by the script
what-if-yours = as it was
what-if-changed = changed
what-if-difference = difference
what-if-failed = It cannot be done: { $because }

## Compare

compare-figures = Side by side; rows that differ are lit
compare-waiting = Both runs are on their way…
compare-failed = No run: { $because }
compare-switches = What kyphoplasty changes
switch-shell = packed wall
switch-shell-hint = The bone that the balloon packed around the cavity is tighter
switch-cavity = cavity
switch-cavity-hint = The room that the balloon made
switch-timing = thicker cement
switch-timing-hint = Cement is pushed later, when it is thicker
switch-volume = volume of the cavity
switch-volume-hint = No more cement than the cavity holds
compare-all-off = With all four off kyphoplasty is vertebroplasty

## Drill

drill-title = The posterior wall
drill-what-to-do = Look at both pictures: may this needle go on?
drill-leave-tip = Back to the cases (Esc)
drill-leave = Leave
drill-tally = { $right } of { $asked } right · median { $seconds } s · { $missed } medial breaches missed
drill-waiting = A patient is being brought in…
drill-failed = There is no question: { $because }
drill-ap = AP
drill-lateral = lateral
drill-axial = truth, axial at the tip
drill-advance = Advance
drill-stop = Stop: too medial
drill-redirect = Redirect: it will be too medial
drill-answer-tip = Key { $key }
drill-seconds-left = { $seconds } s
drill-right = Right
drill-wrong = Wrong
drill-too-late = Out of time
drill-truth = The answer is: { $answer }
drill-who = { $level }, { $side } pedicle
drill-behind-wall = The tip is { $mm } mm behind the posterior wall
drill-past-wall = The tip is { $mm } mm past the posterior wall
drill-medial-bone = { $mm } mm of bone are left to the medial wall
drill-through-medial = The needle is { $mm } mm through the medial wall
drill-canal = The canal is { $mm } mm from the needle
drill-in-canal = The needle is { $mm } mm inside the canal
drill-rule-kept = Driven on, the tip keeps the two-view rule
drill-rule-broken = The axis broke the two-view rule { $ago } mm ago, by { $past } mm at worst
drill-rule-will-break = In { $ahead } mm the axis will break the two-view rule, by { $past } mm at worst
drill-next = Next
drill-next-tip = The next patient (Enter or Space)

## The way through a case

way-case = Case
way-plan = Plan
way-operate = Operate
way-debrief = Debrief
case-files = Cases
debrief-waiting = Going through the operation again, for the record…
resume-changed = The case file has changed since that operation: it cannot be taken up again
scene = Patient
scene-hint = Drag turns, Shift and drag moves, the wheel zooms, a double click goes back; Alt with A P L R S I looks from that side
waiting-meshes = the patient is being modelled…

## Operating: steps

step-level = Count the level
step-level-why = Count from L5 or from the last rib on the AP and lateral pictures, and write the level down before you touch bone.
step-look-ap = True AP picture
step-look-ap-why = Both pedicles the same, spinous process between them, endplates as lines. Without a true view the rest misleads.
step-look-lateral = True lateral picture
step-look-lateral-why = Pedicles one behind the other, posterior wall a single line.
step-entry = Needle on the bone
step-entry-why = The tip stands at the outer edge of the pedicle's oval on AP: ten o'clock on the left, two o'clock on the right.
step-wall = Past the posterior wall
step-wall-why = Advance in small steps. The tip must not cross the pedicle's inner edge on AP before the posterior wall on lateral.
step-target = At the target
step-target-why = In the front third on lateral, near the middle on AP: cement then fills both sides.
step-balloon = Balloon up
step-balloon-why = Inflate by half a millilitre, with an eye on pressure and picture. Stop at a wall, at the pressure limit or at the volume.
step-mix = Mix the cement
step-mix-why = The clock starts here. Note the time: everything after it hangs on viscosity.
step-connect = Connect the syringe
step-connect-why = Not before the dough no longer drips: thin cement finds the veins.
step-inject = First push
step-inject-why = Hold to push, let go to stop. Pressure goes on for a moment after you let go.
step-fill = Fill
step-fill-why = Small portions with a picture after each. Stop when cement nears the back quarter, at a leak, or at the volume.
step-finish = Finish
step-finish-why = Wait until the cement holds the needle no more, then withdraw with the stylet in.

## Operating: what can be done

do-shoot-ap = AP picture
do-shoot-ap-hint = Turn the C-arm to AP if need be, and take a picture
do-shoot-lateral = Lateral picture
do-shoot-lateral-hint = Turn the C-arm to lateral if need be, and take a picture
do-pedal = Live
do-pedal-hint = Hold the pedal: live pictures of the last view
do-next-tool = Other needle
do-next-tool-hint = Take the other needle into the hand
do-advance = Advance 1 mm
do-withdraw = Withdraw 1 mm
do-advance-far = Advance 5 mm
do-withdraw-far = Withdraw 5 mm
do-tilt-in = Tilt in
do-tilt-in-hint = Tilt 1° towards the midline, before the needle is in
do-tilt-out = Tilt out
do-tilt-out-hint = Tilt 1° away from the midline, before the needle is in
do-tilt-up = Tilt up
do-tilt-up-hint = Tilt 1° towards the head, before the needle is in
do-tilt-down = Tilt down
do-tilt-down-hint = Tilt 1° towards the feet, before the needle is in
do-shift-left = To the patient's left
do-shift-right = To the patient's right
do-shift-up = Towards the head
do-shift-down = Towards the feet
do-seat = To the target
do-seat-hint = Drive the needle down its planned path to the target
do-turn = Turn the needle
do-turn-hint = Turn a curved needle by 15°
do-swing-lao = C-arm 5° LAO
do-swing-rao = C-arm 5° RAO
do-swing-cra = C-arm 5° cranial
do-swing-cau = C-arm 5° caudal
do-inflate = Inflate ½ ml
do-inflate-hint = Half a millilitre more into the balloon on this needle
do-contrast = Contrast medium
do-contrast-hint = Venography: contrast medium through this needle
do-mix = Mix cement
do-mix-hint = Powder and liquid together: the clock starts
do-connect = Connect here
do-connect-hint = The syringe onto this needle
do-inject = Hold to inject
do-inject-hint = Cement flows while it is held; letting go stops the plunger
do-slower = Slower
do-slower-hint = A fifth less of the plunger's rate
do-faster = Faster
do-faster-hint = A quarter more of the plunger's rate
do-pause = Wait
do-pause-hint = Take the hand off between two pushes
do-pause-leak = Wait: leak
do-pause-leak-hint = Take the hand off because cement is seen outside
do-finish = Finish
do-finish-hint = Nothing more is injected
do-pace-1 = Time as it is
do-pace-2 = Time twice as fast
do-pace-5 = Time five times as fast
do-pace-10 = Time ten times as fast
do-undo = Undo
do-undo-hint = Take the last step back
do-redo = Redo
do-redo-hint = Do the step again
do-scene = Patient in 3D
do-scene-hint = The patient beside the pictures, on or off
do-hints = Guidance
do-hints-hint = The rule of the two views beside the tool, on or off
do-invert = Bone bright
do-invert-hint = The next pictures with bone bright, or dark again
do-conclude = To the debrief
do-conclude-hint = Look at the whole operation again
acted-aim = aim
acted-release = let go
acted-swing = turn the C-arm
acted-picture = picture
told-no-path = There is no planned path in an exam.
told-no-contrast = This case has no contrast medium on the table.
told-no-bone = There is no bone there.
told-no-way-out = The marrow has no way out: nothing more goes in.

## Operating: what is shown

exam-title = Exam
level-record = Level as counted
level-unknown = not yet
view-ap = AP
view-lateral = Lateral
picture-none = no picture yet
picture-take = { $key } takes a picture
picture-fresh = { $age } ago
picture-stale = { $age } ago · things have moved since
arm-turning = C-arm turning, { $seconds } s
side-left = Left
side-right = Right
tool = Needle
tool-depth = depth
tool-to-go = to the target
tool-breach = { $mm } mm through the cortex
tool-feel = What the hand has felt along the way: cortex is a peak, its sudden end a breach
rule-ap-past = AP: { $mm } mm past the pedicle's inner edge
rule-ap-short = AP: { $mm } mm short of the pedicle's inner edge
rule-lateral-behind = lateral: { $mm } mm behind the posterior wall
rule-lateral-past = lateral: { $mm } mm past the posterior wall
rule-two-views = While the tip is behind the posterior wall on lateral it must be short of the pedicle's inner edge on AP
cement = Cement
cement-injected = injected
cement-rate = flow
cement-pressure = syringe
cement-set-rate = plunger
cement-limit = The limit is { $mpa } MPa
balloon = Balloon
balloon-volume = volume
balloon-pressure = pressure
balloon-pressure-psi = gauge
balloon-cavity = cavity { $ml } ml
balloon-by-volume = stopped at the volume
balloon-by-pressure = stopped at the pressure limit
balloon-by-wall = stopped at a wall
balloon-by-burst = burst
clock = Clock
clock-mixed = since mixing
clock-viscosity = viscosity
clock-state = feels
clock-not-mixed = The cement is not mixed yet
clock-curve = Viscosity at this room's temperature; planned to begin { $min } min after mixing
state-runny = runny
state-thread = thread
state-dough = dough
state-stiff = stiff
